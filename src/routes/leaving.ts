/** Somebody is signing out by their own hand: whoever signs in next begins at the beginning, and not on that person's page. */
export const leaving = {
  isAsked: false,
  /** It is done, and the page that it leads to has not said so yet. */
  isToSay: false,
};

/** Somebody is signing out by their own hand: whoever signs in next begins at the beginning, and not on that person's page. */
export const leaving = {
  isAsked: false,
  /** The page that it leads to says that it is done, once. */
  isToSay: false,
};

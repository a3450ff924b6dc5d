/**
 * A view that is derived anew, in the objects of the one before wherever they say the same: every few seconds, and with each
 * answer of the server, all is derived again and next to nothing is another. What is the same object is not drawn again.
 */
import type { ReferralView, View } from '#lib/domain/project.ts';

/** Says what `now` says, to the last word. */
export function steady(before: View | undefined, now: View): View {
  if (!before) return now;
  const views = now.referrals.map((view) => {
    const known = before.byUbrn.get(view.referral.ubrn);
    return known && isSameReferral(known, view) ? known : view;
  });
  const isSameList = areSame(before.referrals, views);
  const lists = {
    notices: kept(before.notices, now.notices),
    open: kept(before.open, now.open),
    parked: kept(before.parked, now.parked),
    changed: kept(before.changed, now.changed),
  };
  const isSameNoted = areSame([...before.noted.values()], [...now.noted.values()]);
  const isSame =
    isSameList &&
    isSameNoted &&
    lists.notices === before.notices &&
    lists.open === before.open &&
    lists.parked === before.parked &&
    lists.changed === before.changed;
  if (isSame) return before;
  return {
    ...lists,
    noted: isSameNoted ? before.noted : now.noted,
    ...(isSameList
      ? { referrals: before.referrals, byUbrn: before.byUbrn }
      : { referrals: views, byUbrn: new Map(views.map((view) => [view.referral.ubrn, view])) }),
  };
}

/** Rows and claims are replaced whole, never changed: the same object says the same. */
function isSameReferral(a: ReferralView, b: ReferralView): boolean {
  const same = {
    referral: a.referral === b.referral,
    place: a.place === b.place,
    due: a.due === b.due,
    appointment: a.appointment === b.appointment,
    noLongerFits: a.noLongerFits === b.noLongerFits,
    history: areSame(a.history, b.history),
    open: a.open === b.open,
    notices: areSame(a.notices, b.notices),
    hasBadNews: a.hasBadNews === b.hasBadNews,
    tasks: areSame(a.tasks, b.tasks),
    // Derived anew, unlike the others; nearly always there are none.
    close: a.close.length === 0 && b.close.length === 0,
  } satisfies Record<keyof ReferralView, boolean>;
  return Object.values(same).every(Boolean);
}

const areSame = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const kept = <T>(before: readonly T[], now: readonly T[]) => (areSame(before, now) ? before : now);

/** Was this entry of the journal right, by what was true before it? I3, I5, I6 and the ledger's half of I4. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Claim, IntentOf } from '#lib/domain/claim.ts';
import type { AppointmentId, OdsCode, Ubrn } from '#lib/domain/ids.ts';
import { dayMs } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Offer, Referral, ReferralStatus } from '#lib/domain/referral.ts';
import { isSameSlot, type SlotRef } from '#lib/domain/slot.ts';
import { clinicScope, practiceScope, scopeKey, scopeKind } from '#lib/domain/scope.ts';
import type { JournalEntry } from '../lanes/lane.ts';
import { expectedNotices } from './expected-notices.ts';
import type { Blame, Model } from './model.ts';
import { isSameJson } from './same-json.ts';

/** `claim` is as its author made it, whatever the journal says that it was. */
export function judge(entry: JournalEntry, claim: Claim, model: Model, blame: Blame): void {
  const { verdict } = entry;
  if (verdict.claim !== entry.claim || verdict.seq !== entry.seq)
    blame('I3', 'the verdict is of another claim');
  const isAllowed =
    !model.inactive.has(claim.author.person) && !(model.inactive as ReadonlySet<string>).has(entry.sender);
  if (verdict.outcome === 'confirmed' && !isAllowed) blame('I5', 'confirmed for one who has no right');
  const isExpired = claim.expiresAt !== undefined && entry.at > claim.expiresAt;
  if (verdict.outcome === 'confirmed' && !verdict.already && isExpired)
    blame('I5', 'confirmed after it had expired');
  if (verdict.code === 'EXPIRED_CLAIM' && !isExpired) blame('I5', 'refused as expired before its time');
  // What is too late is said to be too late, whatever else stands in its way.
  const isOtherwise =
    verdict.outcome === 'refused' && verdict.code !== 'EXPIRED_CLAIM' && verdict.code !== 'NO_RELATIONSHIP';
  if (isExpired && isOtherwise) blame('I5', `had expired, and is refused as ${verdict.code ?? ''}`);
  if (verdict.outcome === 'refused' || verdict.already) {
    if (entry.effects.some(({ effect }) => effect !== 'notice'))
      blame('I3', 'changed truth without a confirmation');
  }
  switch (claim.intent.kind) {
    case 'book':
      judgeBook(entry, claim.intent, model, blame);
      break;
    case 'move':
      judgeMove(entry, claim.intent, model, blame);
      break;
    case 'cancel':
      judgeCancel(entry, claim.intent, model, blame);
      break;
    case 'defer':
      judgeDefer(entry, claim.intent, model, blame);
      break;
    case 'close':
      judgeClose(entry, claim.intent, model, blame);
      break;
    case 'refer':
      judgeRefer(entry, claim.intent, model, blame);
      break;
    case 'shortlist':
      judgeShortlist(entry, claim.intent, model, blame);
      break;
    case 'setAside':
      judgeSetAside(entry, claim.intent, model, blame);
      break;
    case 'contact':
      judgeContact(entry, claim, claim.intent, model, blame);
      break;
    case 'return':
      judgeReturn(entry, claim.intent, model, blame);
      break;
    case 'arrange':
      judgeArrange(entry, claim.intent, model, blame);
      break;
    case 'rang': {
      const before = model.status(claim.intent.ubrn);
      const isKept = statusIn(entry, claim.intent.ubrn)?.rang?.claim === claim.id;
      if (isNews(entry) && !isKept) blame('I4', 'confirmed, and the call is not recorded');
      // No call is later than the moment at which it is heard of, whatever the device's clock says.
      const at = Math.min(claim.intent.at, entry.at);
      if (isNews(entry) && (before.rang?.rangAt ?? 0) > at)
        blame('I4', 'an earlier call takes the place of a later one');
      if (isNews(entry) && !isSameJson(withoutCall(statusIn(entry, claim.intent.ubrn)), withoutCall(before)))
        blame('I5', 'a call has changed more than what people know');
      if ((before.rang?.rangAt ?? 0) > entry.at) blame('I5', 'a call that has not been made yet');
      if (entry.verdict.already && (before.rang?.rangAt ?? 0) < at) blame('I4', 'a later call is forgotten');
      break;
    }
    case 'withdraw':
      judgeWithdraw(entry, claim.intent, model, blame);
      break;
    case 'attend':
      judgeAttend(entry, claim.intent, model, blame);
      break;
    case 'acknowledge': {
      const before = model.notices.get(claim.intent.notice);
      if (isNews(entry) && before?.done) blame('I4', 'tells once more what was told');
      if (isNews(entry) && before?.retracted?.includes(claim.id))
        blame('I4', 'a note that was taken back counts');
      if (entry.verdict.already && before && !before.done && !before.retracted?.includes(claim.id))
        blame('I4', 'called told already, and it stands');
      if (isNews(entry) && entry.effects.length === 0) blame('I3', 'confirmed and nothing changed');
      break;
    }
    case 'retract':
      judgeRetract(entry, claim.intent, model, blame);
      break;
    case 'report':
      judgeReport(entry, claim.intent, model, blame);
      break;
    case 'publish':
      if (isNews(entry) && entry.effects.length === 0) blame('I3', 'confirmed and nothing changed');
  }
  judgeNotices(entry, claim, model, blame);
}

/** A claim that nobody gave less time than there was lives as long as one of its times is to be had. */
export function judgeExpiry(entry: JournalEntry, { intent }: Claim, model: Model, blame: Blame): void {
  if (entry.verdict.code !== 'EXPIRED_CLAIM' || (intent.kind !== 'book' && intent.kind !== 'move')) return;
  const ubrn = intent.kind === 'book' ? intent.ubrn : model.appointments.get(intent.appointment)?.ubrn;
  if (ubrn === undefined || (intent.kind === 'move' && intent.from.start <= entry.at)) return;
  const free = intent.choices.find((choice) => model.isFree(choice, ubrn, entry.at, isClinic(entry)));
  if (free) blame('I6', `refused as expired though ${free.service}#${free.ordinal} was to be had`);
}

const isNews = ({ verdict }: JournalEntry) => verdict.outcome === 'confirmed' && !verdict.already;
const isClinic = (entry: JournalEntry) => entry.scope.startsWith('clinic:');

function rowOf(entry: JournalEntry, id: AppointmentId | undefined): Appointment | undefined {
  for (const effect of entry.effects) {
    if (effect.effect === 'appointment' && effect.row.id === id) return effect.row;
  }
  return undefined;
}

function judgeBook(entry: JournalEntry, intent: IntentOf<'book'>, model: Model, blame: Blame): void {
  const { verdict } = entry;
  const held = model.holding(intent.ubrn);
  if (verdict.outcome === 'refused') {
    const hasOne = verdict.code === 'ALREADY_BOOKED' && !held;
    if (hasOne) blame('I5', 'refused as booked already, and it is not');
    return judgeNoneFree(entry, intent.choices, intent.ubrn, model, blame);
  }
  if (verdict.already) {
    const isSo = held && intent.choices.some((choice) => isSameSlot(choice, held.slot));
    if (!isSo) blame('I4', 'called already so, and it is not');
    return;
  }
  if (held) blame('I2', 'booked though another appointment holds the referral');
  if (model.status(intent.ubrn).state === 'closed') blame('I5', 'booked for a closed referral');
  judgeChoice(entry, rowOf(entry, intent.appointment), intent.choices, intent.ubrn, model, blame);
  const { deferral, aside, arranged } = model.status(intent.ubrn);
  const after = statusIn(entry, intent.ubrn);
  const isOver = after && after.deferral === null && !after.aside && !after.arranged;
  if ((deferral ?? aside ?? arranged) && !isOver)
    blame('I10', 'booked, and still put away: once it is cancelled it would stand in the wrong list');
  judgeAdvice(entry, intent.ubrn, model, blame);
}

/** What a hospital sent back is the practice's to act on: nobody else's booking does it for them. */
function judgeAdvice(entry: JournalEntry, ubrn: Ubrn, model: Model, blame: Blame): void {
  const { returned } = model.status(ubrn);
  const after = statusIn(entry, ubrn) ?? model.status(ubrn);
  const isByPractice = entry.scope.startsWith('practice:');
  if (isByPractice && after.returned) blame('I10', 'the practice has acted, and it is still sent back');
  if (!isByPractice && returned && !isSameJson(after.returned, returned))
    blame('I4', 'a hospital’s advice is lost before the practice has acted');
}

function judgeMove(entry: JournalEntry, intent: IntentOf<'move'>, model: Model, blame: Blame): void {
  const before = model.appointments.get(intent.appointment);
  if (entry.verdict.outcome === 'refused') {
    return before && judgeNoneFree(entry, intent.choices, before.ubrn, model, blame);
  }
  if (!before) return blame('I5', 'moved what does not exist');
  if (entry.verdict.already) {
    if (!intent.choices.some((choice) => isSameSlot(choice, before.slot)))
      blame('I4', 'called already moved, and it is not');
    return;
  }
  if (before.status !== 'booked' || !isSameSlot(before.slot, intent.from))
    blame('I5', 'moved from where it was not');
  judgeChoice(entry, rowOf(entry, intent.appointment), intent.choices, before.ubrn, model, blame);
}

function judgeChoice(
  entry: JournalEntry,
  row: Appointment | undefined,
  choices: IntentOf<'book'>['choices'],
  ubrn: Appointment['ubrn'],
  model: Model,
  blame: Blame,
): void {
  const { rank } = entry.verdict;
  const taken = rank === null ? undefined : choices[rank - 1];
  if (!row || row.ubrn !== ubrn || row.status !== 'booked')
    return blame('I4', 'confirmed, and nothing is booked');
  if (!taken || !isSameSlot(row.slot, taken))
    return blame('I5', 'booked a time that is not the choice it names');
  if (JSON.stringify(entry.verdict.appointment) !== JSON.stringify(row))
    blame('I4', 'says another appointment than it wrote');
  if (!model.isFree(taken, ubrn, entry.at, isClinic(entry)))
    blame('I5', `took ${taken.service}#${taken.ordinal}, which was not to be had`);
  for (const better of choices.slice(0, (rank ?? 1) - 1)) {
    if (model.isFree(better, ubrn, entry.at, isClinic(entry)))
      blame('I6', `passed over ${better.service}#${better.ordinal}, which was free`);
  }
}

function judgeNoneFree(
  entry: JournalEntry,
  choices: IntentOf<'book'>['choices'],
  ubrn: Appointment['ubrn'],
  model: Model,
  blame: Blame,
): void {
  const { code } = entry.verdict;
  if (code !== 'SLOT_NOT_AVAILABLE' && code !== 'INAPPROPRIATE_SLOT') return;
  const free = choices.find((choice) => model.isFree(choice, ubrn, entry.at, isClinic(entry)));
  if (free) blame('I6', `refused though ${free.service}#${free.ordinal} was free`);
}

function judgeCancel(entry: JournalEntry, intent: IntentOf<'cancel'>, model: Model, blame: Blame): void {
  const before = model.appointments.get(intent.appointment);
  if (entry.verdict.outcome === 'refused') return;
  if (entry.verdict.already) {
    if (before?.status !== 'cancelled') blame('I4', 'called already cancelled, and it stands');
    return;
  }
  if (before?.status !== 'booked' || !isSameSlot(before.slot, intent.from))
    blame('I5', 'cancelled what the person did not see');
  if (rowOf(entry, intent.appointment)?.status !== 'cancelled')
    blame('I4', 'confirmed, and nothing is cancelled');
}

function judgeDefer(entry: JournalEntry, intent: IntentOf<'defer'>, model: Model, blame: Blame): void {
  const service = model.service(intent.service);
  const referral = model.referral(intent.ubrn);
  if (!service || !referral) return;
  const isFree = model.hasFree(service, referral, entry.at);
  const isTriage = service.booking === 'triage';
  if (entry.verdict.code === 'SLOTS_CURRENTLY_AVAILABLE' && (!isFree || isTriage))
    blame('I6', 'refused for times that there are not');
  if (!isNews(entry)) return;
  if (isFree && !isTriage) blame('I6', 'deferred though there are times');
  if (model.holding(intent.ubrn)) blame('I5', 'deferred what is booked');
  const isWritten = entry.effects.some(
    (effect) =>
      effect.effect === 'referral' &&
      effect.ubrn === intent.ubrn &&
      effect.status.deferral?.service === intent.service,
  );
  if (!isWritten) blame('I4', 'confirmed, and nothing is deferred');
}

function judgeClose(entry: JournalEntry, intent: IntentOf<'close'>, model: Model, blame: Blame): void {
  const isDeath = model.status(intent.ubrn).closed?.reason === 'PATIENT_DIED';
  if (intent.seen !== undefined) return judgeNotDied(entry, intent, isDeath, model, blame);
  if (isNews(entry) && isDeath)
    blame('I4', 'what was recorded of a death is undone by one who did not see it');
  if (entry.verdict.already && intent.reason === 'PATIENT_DIED' && !model.hasDied(intent.ubrn))
    blame('I4', 'said to be known, and people are still asked to tell one who has died');
  if (!isNews(entry)) return;
  const isClosed = entry.effects.some(
    (effect) =>
      effect.effect === 'referral' &&
      effect.ubrn === intent.ubrn &&
      effect.status.closed?.reason === intent.reason,
  );
  if (!isClosed) blame('I4', 'confirmed, and nothing is closed for that reason');
  const held = model.holding(intent.ubrn);
  if (held?.status !== 'booked' || held.slot.start <= entry.at) return;
  if (rowOf(entry, held.id)?.status !== 'cancelled') blame('I4', 'closed, and its appointment stands');
}

const withoutCall = (status: ReferralStatus | undefined) => status && { ...status, rang: undefined };

/** What the entry makes of the referral, if it changes it. */
function statusIn(entry: JournalEntry, ubrn: Ubrn): ReferralStatus | undefined {
  for (const effect of entry.effects) {
    if (effect.effect === 'referral' && effect.ubrn === ubrn) return effect.status;
  }
  return undefined;
}

/** A new one, for the same patient, in the words that were asked for; nobody's reference is given twice. */
/** Only the record itself changes, and only by one who has seen it. */
function judgeNotDied(
  entry: JournalEntry,
  { ubrn, reason, seen }: IntentOf<'close'>,
  isDeath: boolean,
  model: Model,
  blame: Blame,
): void {
  if (entry.verdict.already && isDeath)
    blame('I4', 'said to be corrected, and they are still taken for dead');
  if (!isNews(entry)) return;
  if (!isDeath || seen !== 'PATIENT_DIED') blame('I5', 'corrected what was not recorded');
  const before = model.status(ubrn);
  const { closed, ...after } = statusIn(entry, ubrn) ?? before;
  if (closed?.reason !== reason || reason === 'PATIENT_DIED')
    blame('I4', 'confirmed, and they are still taken for dead');
  if (!isSameJson({ ...after, closed: before.closed }, before)) blame('I5', 'corrected more than the record');
}

function judgeRefer(entry: JournalEntry, intent: IntentOf<'refer'>, model: Model, blame: Blame): void {
  const like = model.referral(intent.patientOf);
  if (entry.verdict.code === 'INAPPROPRIATE_SLOT' && like && isOffer(intent.offer, like, entry, model))
    blame('I5', 'not referred, though all that is offered fits');
  if (!isNews(entry)) return;
  const made = entry.effects.find(({ effect }) => effect === 'referralText');
  if (made?.effect !== 'referralText') return blame('I4', 'confirmed, and nobody is referred');
  if (!like || entry.scope !== practiceScope(like.practice)) blame('I5', 'referred another’s patient');
  if (made.patient !== like?.patient.id) blame('I5', 'referred somebody else');
  if (made.text.practice !== like?.practice) blame('I5', 'referred for another practice');
  if (made.text.ubrn !== entry.verdict.ubrn) blame('I4', 'says another reference than it gave');
  if (model.referral(made.text.ubrn)) blame('I5', 'gave a reference that is in use');
  if (!isAsked(made.text, intent.offer)) blame('I4', 'referred for something else');
  if (like && !isOffer(made.text, like, entry, model)) blame('I5', 'offers where the patient cannot go');
}

function judgeShortlist(
  entry: JournalEntry,
  intent: IntentOf<'shortlist'>,
  model: Model,
  blame: Blame,
): void {
  const before = model.referral(intent.ubrn);
  if (entry.verdict.already && before && !isAsked(before, intent.offer))
    blame('I4', 'called already so, and it is not');
  if (entry.verdict.code === 'INAPPROPRIATE_SLOT' && before && isOffer(intent.offer, before, entry, model))
    blame('I5', 'not changed, though all that is offered fits');
  if (!isNews(entry) || !before) return;
  const made = entry.effects.find(({ effect }) => effect === 'referralText');
  if (made?.effect !== 'referralText') return blame('I4', 'confirmed, and nothing is changed');
  if (made.patient !== before.patient.id || made.text.ubrn !== intent.ubrn)
    blame('I5', 'changed another referral');
  if (!isAsked(before, intent.seen)) blame('I5', 'changed what the person did not see');
  if (!isAsked(made.text, intent.offer)) blame('I4', 'changed to something else');
  if (!isOffer(made.text, before, entry, model)) blame('I5', 'offers where the patient cannot go');
  const status = model.status(intent.ubrn);
  if (status.state === 'closed') blame('I5', 'changed what is closed');
  judgeStanding({ ...before, ...intent.offer }, status, entry, model, blame);
}

/** What was arranged stays while it can; more urgent means not later. */
function judgeStanding(
  offered: Referral,
  before: ReferralStatus,
  entry: JournalEntry,
  model: Model,
  blame: Blame,
): void {
  const after = statusIn(entry, offered.ubrn) ?? before;
  const asked = before.deferral && model.service(before.deferral.service);
  const mayStay = asked ? model.isWelcome(offered, asked, entry.at) : false;
  if (mayStay !== (after.deferral !== null))
    blame('I10', 'asked of a hospital that does not fit, or no more');
  if (before.deferral && after.deferral) {
    if (after.deferral.service !== before.deferral.service) blame('I5', 'another hospital is asked');
    if (after.deferral.contactBy > before.deferral.contactBy) blame('I10', 'is to be contacted later now');
    const soonest = { TWO_WEEK_WAIT: 9, urgent: 18, routine: 70 }[offered.priority] * dayMs;
    if (after.deferral.contactBy > entry.at + soonest) blame('I10', 'more urgent, and contacted no sooner');
  }
  const isLong = Date.parse(after.aside?.reviewOn ?? '') > entry.at + 3 * dayMs;
  if (isLong && offered.priority !== 'routine') blame('I10', 'urgent now, and still set aside');
  if (!isSameJson([after.arranged, after.rang, after.state], [before.arranged, before.rang, before.state]))
    blame('I5', 'changed more of it than was asked');
}

function isAsked(is: Offer, asked: Offer): boolean {
  const keys = ['specialty', 'clinicType', 'priority', 'choice', 'shortlist'] as const;
  return keys.every((key) => isSameJson(is[key], asked[key]));
}

/** Is each service known, of the kind that is asked for, and one where this patient can be seen? */
function isOffer(offer: Offer, patientOf: Referral, { at }: JournalEntry, model: Model): boolean {
  const { shortlist, choice, specialty, clinicType } = offer;
  if (shortlist.length === 0 && choice === 'shortlist') return false;
  if (new Set(shortlist).size < shortlist.length) return false;
  return shortlist.every((id) => {
    const service = model.service(id);
    const isAlike = service?.specialty === specialty && service.clinicTypes.includes(clinicType);
    return isAlike && model.isWelcome({ ...patientOf, ...offer }, service, at);
  });
}

/** Nobody who has a date, or waits for a hospital, is put away; nobody urgent for longer than to the next working day. */
function judgeSetAside(entry: JournalEntry, intent: IntentOf<'setAside'>, model: Model, blame: Blame): void {
  const before = model.status(intent.ubrn);
  const isAside = (status: ReferralStatus | undefined) =>
    status?.aside?.why === intent.why && status.aside.reviewOn === intent.reviewOn;
  if (entry.verdict.already && !isAside(before)) blame('I4', 'called already set aside, and it is not');
  if (!isNews(entry)) return;
  if (!isAside(statusIn(entry, intent.ubrn))) blame('I4', 'confirmed, and nothing is set aside');
  if (before.state === 'closed' || model.holding(intent.ubrn) || before.deferral)
    blame('I10', 'set aside what is closed, booked or with a hospital');
  const isPressing = model.referral(intent.ubrn)?.priority !== 'routine';
  if (Date.parse(intent.reviewOn) > entry.at + (isPressing ? 3 : 28) * dayMs)
    blame('I10', `set aside until ${intent.reviewOn}`);
}

function judgeContact(
  entry: JournalEntry,
  { id }: Claim,
  intent: IntentOf<'contact'>,
  model: Model,
  blame: Blame,
): void {
  if (!isNews(entry)) return;
  const before = model.status(intent.ubrn).deferral;
  const after = statusIn(entry, intent.ubrn)?.deferral;
  if (!before) return blame('I5', 'contacted one whom nobody asked it to');
  if (!after || after.service !== before.service || after.contactBy !== before.contactBy)
    blame('I10', 'a try to reach the patient has changed by when they must hear');
  if (after?.contacts?.at(-1)?.claim !== id) blame('I4', 'confirmed, and the try is not recorded');
  const gone = before.contacts
    ?.slice(-19)
    .some((one) => !after?.contacts?.some(({ claim }) => claim === one.claim));
  if (gone) blame('I4', 'an earlier try is forgotten');
}

function judgeReturn(entry: JournalEntry, intent: IntentOf<'return'>, model: Model, blame: Blame): void {
  if (!isNews(entry)) return;
  const before = model.status(intent.ubrn).deferral;
  const after = statusIn(entry, intent.ubrn);
  const site = before && model.service(before.service)?.site;
  if (site === undefined || entry.scope !== clinicScope(site as OdsCode))
    blame('I5', 'returned what was not sent to it');
  if (!after || after.deferral !== null || after.state !== 'open')
    blame('I10', 'returned, and in no list of the practice');
  if (after?.returned?.service !== before?.service) blame('I4', 'returned, and nobody knows by whom');
}

function judgeArrange(entry: JournalEntry, intent: IntentOf<'arrange'>, model: Model, blame: Blame): void {
  const before = model.status(intent.ubrn);
  const isSo = (status: ReferralStatus | undefined) =>
    intent.start === null
      ? status !== undefined && status.arranged === undefined
      : status?.arranged?.service === intent.service && status.arranged.start === intent.start;
  if (entry.verdict.already && !isSo(before)) blame('I4', 'called already arranged, and it is not');
  if (!isNews(entry)) return;
  const after = statusIn(entry, intent.ubrn);
  if (!isSo(after)) blame('I4', 'confirmed, and nothing is arranged');
  if (intent.start !== null && (after?.deferral ?? after?.aside))
    blame('I10', 'arranged, and still put away or waiting for another hospital');
  if (before.state === 'closed' || model.holding(intent.ubrn))
    blame('I5', 'arranged what is closed or booked');
  if (intent.start !== null && model.service(intent.service)?.booking !== 'phone')
    blame('I5', 'arranged by phone with a clinic that is booked here');
}

function judgeWithdraw(entry: JournalEntry, intent: IntentOf<'withdraw'>, model: Model, blame: Blame): void {
  if (!isNews(entry)) return;
  for (const { slot, appointment } of intent.slots) {
    const known = model.slots.get(`${slot.service}#${slot.ordinal}`);
    if (!known || known.isWithdrawn) continue;
    if ((model.holder(slot) ?? null) !== appointment)
      blame('I5', 'withdrew a time of one whom the clerk did not see');
    if (appointment && rowOf(entry, appointment)?.status !== 'cancelled')
      blame('I4', 'withdrew a time, and its appointment stands');
  }
}

function judgeAttend(entry: JournalEntry, intent: IntentOf<'attend'>, model: Model, blame: Blame): void {
  if (!isNews(entry)) return;
  if (rowOf(entry, intent.appointment)?.status !== intent.outcome)
    blame('I4', 'confirmed, and nothing is recorded');
  const before = model.appointments.get(intent.appointment);
  if (before?.status !== 'booked' && before?.status !== 'arrived')
    blame('I5', 'attended what was not booked');
}

function judgeReport(entry: JournalEntry, intent: IntentOf<'report'>, model: Model, blame: Blame): void {
  if (entry.verdict.outcome === 'refused') return;
  const { slot, status } = intent.told;
  const isTime = (other: SlotRef | null | undefined) =>
    other?.service === slot.service && other.start === slot.start && other.print === slot.print;
  const standing = [model.appointments.get(intent.appointment), model.holding(intent.ubrn)].filter(
    (row) => row !== undefined && row.status !== 'cancelled',
  );
  const isSo =
    status === 'cancelled'
      ? !standing.some((row) => row?.id === intent.appointment)
      : standing.some((row) => isTime(row?.slot));
  const isSaid = [...model.notices.values()].some(
    ({ ubrn, event, done, was }) =>
      ubrn === intent.ubrn && event === 'changed' && done === null && isTime(was),
  );
  if (isNews(entry) && isSo) blame('I4', 'says that it has changed, and it has not');
  if (entry.verdict.already && !isSo && !isSaid) blame('I4', 'was told what is not so, and nobody hears');
}

/** Whoever was not told after all is asked for again; and nobody is asked to tell what is over. */
function judgeRetract(entry: JournalEntry, intent: IntentOf<'retract'>, model: Model, blame: Blame): void {
  const before = model.notices.get(intent.notice);
  if (!before)
    return entry.verdict.outcome === 'confirmed' ? blame('I5', 'retracted what there is not') : undefined;
  const { ubrn, done } = before;
  const hasDied = ubrn !== null && model.hasDied(ubrn);
  const isNoted = before.tell && ['inPerson', 'phone', 'letter'].includes(done?.how ?? '');
  const held = ubrn === null ? undefined : model.holding(ubrn);
  const isBookedSince =
    held !== undefined && held.id !== before.appointment && held.bookedAt >= (done?.at ?? 0);
  const isPast =
    ['booked', 'bookedLower', 'moved'].includes(before.event) && (before.slot?.start ?? Infinity) <= entry.at;
  const isOver = hasDied || isBookedSince || isPast || model.isNewsSince(before);
  const isThis = done?.claim === intent.noted;
  // Asked again after a restore, much is written within one moment, and no row says in which order: then it stays as it was.
  const isOneMoment = [...model.notices.values()].some(
    (one) => one.id !== before.id && one.ubrn === ubrn && one.scope === before.scope && one.at === done?.at,
  );
  if (entry.verdict.already && !before.retracted?.includes(intent.noted))
    blame('I4', 'called taken back already, and it counts');
  if (entry.verdict.code === 'INVALID_REQUEST_STATE' && isThis && isNoted && !isOver && !isOneMoment)
    blame('I4', 'not told after all, and nobody is asked to tell it');
  if (!isNews(entry)) return;
  if (before.scope !== entry.scope) blame('I5', 'retracted another’s note');
  if (isThis && isOver) blame('I4', 'asks again for what is over');
  if (isThis && !isNoted) blame('I4', 'asks again for what the patient has read, or need not hear');
  const [effect, ...others] = entry.effects;
  const retracted = [...(before.retracted ?? []), intent.noted].slice(-20);
  const isSame =
    effect?.effect === 'notice' &&
    isSameJson(effect.row, { ...before, retracted, done: isThis ? null : before.done });
  if (!isSame || others.length > 0) blame('I4', 'confirmed, and the task is not as it was');
}

function judgeNotices(entry: JournalEntry, claim: Claim, model: Model, blame: Blame): void {
  const written = entry.effects.flatMap((effect) => (effect.effect === 'notice' ? [effect.row] : []));
  for (const { scope, tell, appointment, ubrn } of expectedNotices(entry, claim, model)) {
    const isThere = written.some(
      (notice) =>
        notice.scope === scope &&
        notice.claim === entry.claim &&
        notice.done === null &&
        (!tell || notice.tell) &&
        (ubrn === undefined || notice.ubrn === ubrn) &&
        (appointment === undefined || notice.appointment === appointment),
    );
    if (!isThere) blame('I4', `nobody tells ${scope}`);
  }
  if (isOwnAct(entry, claim)) {
    const ended = new Set(written.flatMap(({ id, done }) => (done ? [id] : [])));
    const ubrn = scopeKey(claim.author.scope);
    for (const notice of model.notices.values()) {
      const isOld = notice.scope === entry.scope && notice.ubrn === ubrn && notice.done === null;
      if (isOld && !ended.has(notice.id))
        blame('I4', `${entry.scope} is still told what is over by their own act`);
    }
  }
  for (const notice of written) {
    judgeEnd(notice, entry, claim, written, model, blame);
    const { ubrn, scope, tell, done } = notice;
    // Whoever asks is answered, and if it is on the phone of one who has died.
    const isWord = tell || (scopeKind(scope) === 'patient' && scope !== entry.scope);
    if (ubrn && done === null && isWord && isTakenForDead(ubrn, entry, claim, model))
      blame('I4', `${scope} is to be told of one who has died`);
  }
  const { intent } = claim;
  if (intent.kind === 'close' && intent.reason === 'PATIENT_DIED' && isNews(entry)) {
    const after = new Map([...model.notices.values(), ...written].map((notice) => [notice.id, notice]));
    for (const { ubrn, scope, done } of after.values()) {
      const isTheirs = ubrn !== null && model.isSamePatient(ubrn, intent.ubrn);
      if (isTheirs && done === null && scopeKind(scope) !== 'clinic')
        blame('I4', `${scope} is still to be told of one who has died`);
    }
  }
}

/** As the entry leaves it. */
function isTakenForDead(ubrn: Ubrn, entry: JournalEntry, { intent }: Claim, model: Model): boolean {
  const isCorrected = intent.kind === 'close' && intent.seen !== undefined && isNews(entry);
  return isCorrected ? model.hasDiedBesides(intent.ubrn) : model.hasDied(ubrn);
}

/** A patient did it themself, and it came about. */
const isOwnAct = (entry: JournalEntry, { author, intent }: Claim) =>
  isNews(entry) &&
  scopeKind(author.scope) === 'patient' &&
  (intent.kind === 'book' || intent.kind === 'move' || intent.kind === 'cancel');

/** A notice stands until somebody saw to it, or a newer one says what is true now. */
function judgeEnd(
  notice: Notice,
  entry: JournalEntry,
  claim: Claim,
  written: readonly Notice[],
  model: Model,
  blame: Blame,
): void {
  const before = model.notices.get(notice.id);
  if (!before || before.done !== null || notice.done === null) return;
  const { intent } = claim;
  const hasDied = intent.kind === 'close' && intent.reason === 'PATIENT_DIED' && isNews(entry);
  const isTheirs = notice.ubrn !== null && 'ubrn' in intent && model.isSamePatient(notice.ubrn, intent.ubrn);
  if (hasDied && isTheirs && scopeKind(notice.scope) !== 'clinic') return;
  if (intent.kind === 'acknowledge') {
    const acked = model.notices.get(intent.notice);
    const isTold =
      intent.notice === notice.id && intent.told?.how !== 'noAnswer' && (!notice.tell || intent.told);
    const isSeenByPatient = entry.scope.startsWith('patient:') && acked?.claim === notice.claim;
    if (!isTold && !isSeenByPatient) blame('I4', `ended ${notice.scope}'s notice that nobody saw`);
    return;
  }
  // Who acted knows what is so now.
  if (isOwnAct(entry, claim) && notice.scope === entry.scope) return;
  const isReplaced = written.some(
    (other) =>
      other.scope === notice.scope &&
      other.ubrn === notice.ubrn &&
      other.done === null &&
      (other.event !== 'refused' || (notice.event === 'refused' && (other.tell || !notice.tell))),
  );
  if (!isReplaced) blame('I4', `ended ${notice.scope}'s notice with nothing in its place`);
}

/** Who may see what (I12), and who has to (I7): said plainly from whose things they are. */
import { scopeKey, scopeKind, type Scope } from '#lib/domain/scope.ts';
import type { ClaimId, OdsCode, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Referral, ReferralStatus, ReferralText } from '#lib/domain/referral.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import type { Model } from './model.ts';

/** What of this row the scope may not have. */
export function leaks(entry: Row, scope: Scope, model: Model): string[] {
  const found: string[] = [];
  const { row } = entry;
  if (row === null) return found;
  const kind = scopeKind(scope);
  switch (entry.entity) {
    case 'referral': {
      const { ubrn, patient } = entry.row as Extract<Row, { entity: 'referral' }>['row'] & object;
      if (!maySee(ubrn, scope, model)) found.push(`referral ${Number(ubrn)}, which is not theirs`);
      if (JSON.stringify(patient).includes('hidden-'))
        found.push(`what is hidden of referral ${Number(ubrn)}`);
      if (patient.restricted && (patient.familyName !== '' || patient.nhsNumber !== '0000000000'))
        found.push(`who the restricted patient of referral ${Number(ubrn)} is`);
      if (kind === 'clinic' && (patient.address !== '' || patient.district !== ''))
        found.push('where a patient lives');
      const { aside, arranged, returned, deferral } = (
        entry.row as Extract<Row, { entity: 'referral' }>['row'] & object
      ).status;
      const notes = JSON.stringify([returned, arranged, deferral]);
      if (kind !== 'practice' && aside) found.push('what a practice has set aside');
      if (kind === 'clinic' && (arranged || returned)) found.push('what a practice has arranged elsewhere');
      if (kind === 'patient' && (notes.includes('"note"') || notes.includes('Staff')))
        found.push('what staff wrote for each other');
      return found;
    }
    case 'appointment': {
      const { slot, ubrn } = entry.row as Extract<Row, { entity: 'appointment' }>['row'] & object;
      const isTheirs = kind === 'clinic' ? isOwn(slot.service, scope, model) : owns(ubrn, scope, model);
      return isTheirs ? found : [`an appointment of referral ${Number(ubrn)}`];
    }
    case 'notice':
      if (kind !== 'practice' && JSON.stringify(entry.row).includes('"note"'))
        found.push('what was written for the practice');
      return entry.row?.scope === scope ? found : [...found, `a notice of ${entry.row?.scope}`];
    case 'service':
      if (kind === 'patient' && entry.row?.name.startsWith('staff-only'))
        found.push('the staff’s name of a clinic');
      if (kind === 'clinic' && entry.row && !isOwn(entry.row.id, scope, model))
        found.push('another hospital’s service');
      return found;
  }
}

export function maySee(ubrn: Ubrn, scope: Scope, model: Model): boolean {
  if (scopeKind(scope) !== 'clinic') return owns(ubrn, scope, model);
  for (const service of model.world.services.values()) {
    if (isOwn(service.id, scope, model) && model.sentTo.has(`${service.id} ${ubrn}`)) return true;
  }
  return false;
}

export function owns(ubrn: Ubrn, scope: Scope, model: Model): boolean {
  const key = scopeKey(scope);
  return scopeKind(scope) === 'practice' ? model.practiceOf(ubrn) === key : ubrn === key;
}

/** What a scope is shown of what the referrer wrote. */
export function textSeen(
  { status: _, patient, ...text }: Referral,
  scope: Scope,
  model: Model,
): ReferralText {
  const kind = scopeKind(scope);
  if (kind === 'practice') return text;
  const hidden = { practice: 'HIDDEN' as OdsCode, practiceName: '', practicePhone: '', referrer: '' };
  const seen = { ...text, ...(patient.restricted ? hidden : {}) };
  if (kind === 'patient')
    return text.choice === 'shortlist' ? { ...seen, specialty: '', clinicType: '' } : seen;
  return { ...seen, shortlist: text.shortlist.filter((service) => isOwn(service, scope, model)) };
}

/** What a scope is shown of a referral's status; `noteOf` is what was written in a claim. */
export function statusSeen(
  status: ReferralStatus,
  scope: Scope,
  model: Model,
  noteOf: (claim: ClaimId) => string | undefined,
): ReferralStatus {
  const kind = scopeKind(scope);
  const see = <T extends { claim: ClaimId; byName: string }>(one: T): T => {
    if (kind === 'patient') return { ...one, byName: '' };
    const note = noteOf(one.claim);
    return note ? { ...one, note } : one;
  };
  const { state, closed, deferral, aside, returned, arranged, rang } = status;
  const isHere = deferral !== null && (kind !== 'clinic' || isOwn(deferral.service, scope, model));
  const contacts = deferral?.contacts?.map(see);
  return {
    state,
    closed,
    deferral: isHere ? { ...deferral, ...(contacts ? { contacts } : {}) } : null,
    ...(aside && kind === 'practice' ? { aside: see(aside) } : {}),
    ...(returned && kind !== 'clinic' ? { returned: see(returned) } : {}),
    ...(arranged && kind !== 'clinic' ? { arranged: see(arranged) } : {}),
    ...(rang && kind === 'practice' ? { rang: see(rang) } : {}),
  };
}

/** Of a cancellation, a move or a closing, with the reason, the practice reads what was written beside it; nobody else does. */
export function noticeSeen(
  notice: Notice,
  scope: Scope,
  model: Model,
  noteOf: (claim: ClaimId) => string | undefined,
): Notice {
  const { event, reason, slot, claim } = notice;
  if (scopeKind(scope) === 'clinic' && slot && !isOwn(slot.service, scope, model))
    return { ...notice, slot: null };
  const isOfReason = reason !== null && ['cancelled', 'moved', 'closed'].includes(event);
  const note = scopeKind(scope) === 'practice' && isOfReason ? noteOf(claim) : undefined;
  return note ? { ...notice, note } : notice;
}

export const isOwn = (service: ServiceId, scope: Scope, model: Model) =>
  model.service(service)?.site === scopeKey(scope);

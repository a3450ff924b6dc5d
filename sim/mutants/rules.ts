/** Bugs planted in the rules: what `decide`, its notices and the screens' projection get wrong. */
import { edit, type Mutant } from './mutant.ts';

const decide = 'src/lib/domain/decide.ts';
const decision = 'src/lib/domain/decision.ts';
const decideReferral = 'src/lib/domain/decide-referral.ts';
const decideRefer = 'src/lib/domain/decide-refer.ts';
const decideNotice = 'src/lib/domain/decide-notice.ts';
const latestUse = 'src/lib/domain/latest-use.ts';
const notice = 'src/lib/domain/notice.ts';
const referral = 'src/lib/domain/referral.ts';
const worklist = 'src/lib/domain/worklist.ts';
const claim = 'src/lib/domain/claim.ts';
const views = 'src/lib/server/ledger/views.ts';
const audience = 'src/lib/domain/audience.ts';
const project = 'src/lib/domain/project.ts';
const facts = 'src/lib/server/ledger/facts.ts';

export const ruleMutants: readonly Mutant[] = [
  {
    name: 'move-without-compare',
    what: 'a move does not ask whether the appointment is still where the person saw it',
    edits: [
      edit(
        decide,
        "if (status === 'cancelled' || !isSameSlot(appointment.slot, intent.from))\n",
        "if (status === 'cancelled')\n",
      ),
    ],
  },
  {
    name: 'cancel-without-compare',
    what: 'a cancellation does not ask whether the appointment is still where the person saw it',
    edits: [
      edit(
        decide,
        "if (!isSameSlot(appointment.slot, intent.from)) return refused('STALE_APPOINTMENT', appointment);\n  const row = cancelledBy(",
        'const row = cancelledBy(',
      ),
    ],
  },
  {
    name: 'print-not-compared',
    what: 'an ordinal and a start are taken for the time that the person saw',
    edits: [
      edit(
        decide,
        'slot.start !== choice.start || slotPrint(slot, service.site) !== choice.print',
        'slot.start !== choice.start',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'start-not-compared',
    what: 'an ordinal alone is taken for the time that the person saw',
    edits: [
      edit(
        decide,
        '!slot || slot.start !== choice.start || slotPrint(slot, service.site) !== choice.print',
        '!slot',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'fallback-out-of-order',
    what: 'the last free choice is taken, not the first',
    edits: [
      edit(
        decide,
        'for (const [index, choice] of choices.entries()) {',
        'for (const [index, choice] of [...choices.entries()].reverse()) {',
      ),
    ],
  },
  {
    name: 'fallback-outside-choices',
    what: 'where no choice is free, the time after it is given',
    edits: [
      edit(
        decide,
        "  return anyFits ? 'taken' : 'unfitting';",
        [
          '  for (const [index, choice] of choices.entries()) {',
          '    const slot = facts.slot(choice.service, choice.ordinal + 1);',
          '    if (anyFits && slot && slot.start > facts.now && !facts.holder(slot.service, slot.ordinal))',
          '      return { rank: index + 1, slot };',
          '  }',
          "  return anyFits ? 'taken' : 'unfitting';",
        ].join('\n'),
      ),
      edit(
        decide,
        'ubrn: intent.ubrn,\n    slot: must(intent.choices[pick.rank - 1]),',
        'ubrn: intent.ubrn,\n    slot: slotRef(pick.slot, must(facts.service(pick.slot.service)).site),',
      ),
      edit(
        facts,
        'slots.set(slotKey(service, ordinal), [service, ordinal]);',
        'slots.set(slotKey(service, ordinal), [service, ordinal]).set(slotKey(service, ordinal + 1), [service, ordinal + 1]);',
      ),
    ],
  },
  {
    name: 'rank-not-said',
    what: 'a lower choice is reported as the first',
    edits: [edit(decide, 'return confirmed(effects, row, pick.rank);', 'return confirmed(effects, row, 1);')],
  },
  {
    name: 'expiry-ignored',
    what: 'a claim is settled however late it comes',
    edits: [
      edit(
        decision,
        'claim.expiresAt !== undefined && facts.now > claim.expiresAt;',
        'claim.expiresAt !== undefined && facts.now < 0;',
      ),
    ],
  },
  {
    name: 'device-clock-trusted',
    what: 'whether a claim has expired is read off the clock of the device that made it',
    edits: [
      edit(
        decision,
        'claim.expiresAt !== undefined && facts.now > claim.expiresAt;',
        'claim.expiresAt !== undefined && claim.madeAt > claim.expiresAt && facts.now > 0;',
      ),
    ],
    needs: ['clockOff'],
  },
  {
    name: 'move-frees-first',
    what: 'a move gives up the old time before it knows that it gets a new one',
    edits: [
      edit(
        decide,
        "if (pick === 'taken') return refused('SLOT_NOT_AVAILABLE', appointment);",
        "if (pick === 'taken') {\n    const row = cancelledBy(appointment, actorOf(claim.author), '', facts.now);\n    return { ...refused('SLOT_NOT_AVAILABLE', row), effects: [{ effect: 'appointment', row }] };\n  }",
      ),
    ],
  },
  {
    name: 'closed-still-bookable',
    what: 'a referral that was closed can be booked',
    edits: [
      edit(
        decide,
        "if (!isOpen(referral)) return refused('INVALID_REQUEST_STATE');\n  if (held) return bookedElsewhere",
        'if (held) return bookedElsewhere',
      ),
    ],
  },
  {
    name: 'window-ignored',
    what: 'a time that is past, or beyond what the priority allows, is given',
    edits: [
      edit(
        decide,
        'if (slot.start >= from && slot.start <= to) return { rank',
        'if (slot.start >= 0) return { rank',
      ),
    ],
  },
  {
    name: 'fit-ignored',
    what: 'a patient is booked where the referral does not fit',
    edits: [
      edit(
        decide,
        "if (fits(referral, service, facts.now)) return isClinic || service.booking === 'direct';",
        "if (facts.now > 0) return isClinic || service.booking === 'direct';",
      ),
    ],
  },
  {
    name: 'booked-again',
    what: 'a referral that is booked is booked once more',
    edits: [
      edit(
        decide,
        'if (held) return bookedElsewhere(held, facts);\n  // The device made the id',
        '// The device made the id',
      ),
    ],
  },
  {
    name: 'already-anywhere',
    what: 'whoever has any appointment is told that the one asked for is booked already',
    edits: [
      edit(
        decide,
        'const already = held ? bookedIn(held, intent.choices) : -1;',
        'const already = held ? 0 : -1;',
      ),
    ],
  },
  {
    name: 'deferred-though-free',
    what: 'a hospital is asked to contact the patient although it has times',
    edits: [edit(decideReferral, 'if (free.length > 0) {', 'if (free.length > 99) {')],
  },
  {
    name: 'rights-at-queueing-only',
    what: 'who lost their right since they asked is served all the same',
    edits: [
      edit(
        facts,
        'return known !== undefined && known.active && known.role',
        'return known !== undefined && known.role',
      ),
    ],
    needs: ['rightLost'],
  },
  {
    name: 'withdrawn-but-kept',
    what: 'a clinic takes a time away and the appointment in it stands',
    edits: [
      edit(
        decide,
        "effects.push({ effect: 'appointment', row: cancelledBy(holder, 'clinic', intent.reason, facts.now) });",
        '',
      ),
    ],
  },
  {
    name: 'withdraw-without-compare',
    what: 'a clinic takes away a time whose patient the clerk did not see',
    edits: [
      edit(
        decide,
        'isSameSlot(slotRef(now, service.site), slot) && (holder?.id ?? null) === appointment;',
        'isSameSlot(slotRef(now, service.site), slot) && appointment !== undefined;',
      ),
    ],
  },
  {
    name: 'closed-but-booked',
    what: 'a referral is closed and its appointment stands',
    edits: [
      edit(
        decideReferral,
        "if (held && held.slot.start > facts.now && afterAct(held.status, 'cancel')) {",
        "if (held && held.slot.start < 0 && afterAct(held.status, 'cancel')) {",
      ),
    ],
  },
  {
    name: 'no-notice',
    what: 'a verdict is written and nobody is left a notice',
    edits: [
      edit(
        decide,
        'effects: [...decision.effects, ...standingNotices(claim, decision, facts)]',
        'effects: standingNotices(claim, decision, facts).length < 0 ? [] : decision.effects',
      ),
    ],
  },
  {
    name: 'told-twice',
    what: 'what was told is recorded as told once more, by whoever comes second',
    edits: [edit(decideNotice, 'if (notice.done || notice.retracted', 'if (notice.retracted')],
  },
  {
    name: 'no-answer-is-told',
    what: 'a call that nobody answered ends the task of telling the patient',
    edits: [
      edit(decideNotice, "if (how === 'noAnswer') {", "if (how === 'noAnswer' && facts.now < 0) {"),
      edit(decideNotice, "how: how ?? 'seen',", "how: how === 'noAnswer' || !how ? 'seen' : how,"),
    ],
  },
  {
    name: 'refusal-hides-news',
    what: 'a refusal takes the place of what was to be told before it',
    edits: [
      edit(
        notice,
        "(older.event === 'refused' && (newer.tell || !older.tell))",
        '(newer.tell || !older.tell)',
      ),
    ],
  },
  {
    name: 'practice-not-told',
    what: 'what a clinic changes is not told to the practice',
    edits: [
      edit(
        audience,
        'listeners.push({ scope: practice, tell: mayTell });',
        "if (by !== 'clinic') listeners.push({ scope: practice, tell: mayTell });",
      ),
    ],
  },
  {
    name: 'dead-are-written-to',
    what: 'when the patient has died, people are still asked to tell them',
    edits: [
      edit(
        audience,
        "if (claim.intent.kind === 'close' && decision.outcome === 'confirmed') {",
        "if (claim.intent.kind === 'close' && decision.outcome !== 'confirmed') {",
      ),
    ],
  },
  {
    name: 'dead-by-one-referral',
    what: 'when the patient has died, people are still asked to tell them of their other referrals',
    edits: [edit(audience, 'facts.referralsOfPatient(ubrn).flatMap(', '[ubrn].flatMap(')],
  },
  {
    name: 'dead-are-told-what-is-new',
    what: 'when the patient has died, what becomes of their other referrals is still to be told to them',
    edits: [
      edit(
        audience,
        'if (!facts.hasDied(ubrn)) return false;',
        "if (!stopsMessages(facts.referral(ubrn)?.status.closed?.reason ?? '')) return false;",
      ),
    ],
  },
  {
    name: 'death-comes-too-late',
    what: 'that the patient has died is answered "already" where the referral was closed for another reason',
    edits: [edit(decideReferral, '!isOpen(referral) && isKnown', '!isOpen(referral)')],
  },
  {
    name: 'call-of-tomorrow',
    what: 'a device whose clock is ahead hides the calls that others record',
    edits: [edit(decideReferral, 'Math.min(intent.at, facts.now)', 'intent.at')],
    needs: ['clockOff'],
  },
  {
    name: 'called-off-by-mistake',
    what: 'calling off a booking cancels what somebody else booked',
    edits: [
      edit(
        'src/lib/domain/call-off.ts',
        "if (appointment?.id !== booking.intent.appointment || appointment.status !== 'booked') return undefined;",
        "if (appointment?.status !== 'booked') return undefined;",
      ),
    ],
  },
  {
    name: 'cancelled-resurrected',
    what: 'a verdict is laid over a truth that is newer than it',
    edits: [edit(project, '!status.isDoubted && status.verdict.seq > truth.seq', '!status.isDoubted')],
  },
  {
    name: 'in-no-worklist',
    what: 'a referral whose appointment is cancelled stands in no list',
    edits: [
      edit(
        project,
        '  referrals.sort(compareWork);',
        "  const dropped = referrals.findIndex((one) => one.place === 'toBook' && one.history.length > 0);\n  if (dropped >= 0) referrals.splice(dropped, 1);\n  referrals.sort(compareWork);",
      ),
    ],
  },
  {
    name: 'report-to-oneself',
    what: 'of an answer that a restore has changed the patient does not hear',
    edits: [
      edit(
        audience,
        '    if (mayTell) listeners.push({ scope: patient, tell: false });',
        '    if (mayTell && !isByDevice) listeners.push({ scope: patient, tell: false });',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'report-taken-for-told',
    what: 'what a restored ledger no longer holds counts as told',
    edits: [
      edit(
        'src/lib/domain/report.ts',
        '    : standing.some(({ slot }) => isSameTime(slot, told.slot));',
        '    : standing.every(({ slot }) => isSameTime(slot, told.slot));',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'deferral-kept-when-booked-elsewhere',
    what: 'a booking at another hospital leaves the wait for the first one standing',
    edits: [
      edit(
        decide,
        '  if (!isNothingArranged(referral.status)) {\n',
        '  if (referral.status.deferral?.service === row.slot.service) {\n',
      ),
    ],
  },
  {
    name: 'aside-kept-when-booked',
    what: 'a booking ends the wait for a hospital and leaves the referral set aside: cancelled later, it is in no list',
    edits: [
      edit(
        decide,
        'const status = afterBooking(referral.status, actorOf(claim.author));',
        'const status = { ...referral.status, deferral: null };',
      ),
    ],
  },
  {
    name: 'death-undone-unseen',
    what: 'somebody who closes a referral for a reason of their own undoes the death that was recorded meanwhile',
    edits: [
      edit(
        decideReferral,
        'const isKnown = !stopsMessages(intent.reason) || facts.hasDied(intent.ubrn);',
        'const isKnown = stopsMessages(intent.reason) ? facts.hasDied(intent.ubrn) : !isClosedByDeath(referral);',
      ),
    ],
  },
  {
    name: 'alive-again-unheard',
    what: 'that a patient has not died is told of the referral that said so, and of none of their others',
    edits: [
      edit(audience, 'return facts\n          .referralsOfPatient(intent.ubrn)\n', 'return [intent.ubrn]\n'),
    ],
  },
  {
    name: 'dead-for-good',
    what: 'whoever was once taken for dead is asked for by nobody any more, though the record was corrected',
    edits: [edit(facts, '    else this.#died.get(patient)?.delete(ubrn);\n', '')],
  },
  {
    name: 'advice-lost',
    what: 'a patient who books wipes what a hospital sent back, before the practice has acted on it',
    edits: [edit(referral, "returned && by !== 'practice' ?", "returned && by === 'clinic' ?")],
  },
  {
    name: 'own-booking-unheard',
    what: 'a practice that has still to tell a patient of something is not told that they booked themselves since',
    edits: [edit(audience, 'hasMoved || isNewsTo(practice, referral, facts)', 'hasMoved')],
  },
  {
    name: 'refused-for-nobody',
    what: 'where the right of whoever asked is gone, nobody of their practice learns whose request was refused',
    edits: [edit(audience, ' || isOfPractice(referral, claim.author.scope)', '')],
  },
  {
    name: 'clinic-bound-by-notice',
    what: 'a clinic’s own booking is too late as soon as a practice’s would be',
    edits: [edit(latestUse, "by === 'clinic' ? 0 : ", '')],
  },
  {
    name: 'set-aside-though-booked',
    what: 'a practice sets aside what a patient booked meanwhile',
    edits: [
      edit(
        decideReferral,
        '  if (held) return bookedElsewhere(held, facts);\n  // Where a hospital',
        '  // Where a hospital',
      ),
    ],
  },
  {
    name: 'set-aside-though-with-hospital',
    what: 'whom a hospital has to contact is set aside',
    edits: [
      edit(
        decideReferral,
        "  if (deferral) return refused('INVALID_REQUEST_STATE');\n",
        '  void deferral;\n',
      ),
    ],
  },
  {
    name: 'urgent-set-aside-for-weeks',
    what: 'suspected cancer may be set aside for as long as anything',
    edits: [edit(decideReferral, 'asideWithinDays[referral.priority]', 'asideWithinDays.routine')],
  },
  {
    name: 'set-aside-for-good',
    what: 'what was set aside does not come back on its day',
    edits: [edit(worklist, "aside && aside.reviewOn > localDate(now) ? 'setAside'", "aside ? 'setAside'")],
  },
  {
    name: 'contact-moves-the-date',
    what: 'a try in vain gives the hospital all its days again',
    edits: [
      edit(
        decideReferral,
        '{ deferral: { ...deferral, contacts } }',
        '{ deferral: { ...deferral, contacts, contactBy: facts.now } }',
      ),
    ],
  },
  {
    name: 'contact-takes-the-place-of-another',
    what: 'a second try to reach the patient, made before the first was sent, takes its place',
    edits: [
      edit(claim, "    case 'contact':\n    case 'rang':\n", "    case 'rang':\n"),
      edit(
        claim,
        "    case 'attend':\n      return true;",
        "    case 'attend':\n    case 'contact':\n      return true;",
      ),
    ],
  },
  {
    name: 'returned-and-still-waiting',
    what: 'what a hospital sent back still waits for it',
    edits: [edit(decideReferral, '{ deferral: null, returned }', '{ returned }')],
  },
  {
    name: 'returned-to-nobody',
    what: 'a hospital sends a referral back and nobody is told',
    edits: [
      edit(
        audience,
        "return news('changed', { ubrn: intent.ubrn, about: 'returned', reason: intent.reason });",
        'return [];',
      ),
    ],
  },
  {
    name: 'arranged-and-still-waiting',
    what: 'a date arranged by phone leaves the wait for another hospital standing',
    edits: [
      edit(
        decideReferral,
        'const status = { ...nothingArranged, arranged:',
        'const status = { ...referral.status, arranged:',
      ),
    ],
  },
  {
    name: 'arranged-with-a-clinic-that-books-here',
    what: 'a time is written down for a clinic whose times are given here',
    edits: [edit(decideReferral, "service?.booking !== 'phone' || !fits", 'service === undefined || !fits')],
  },
  {
    name: 'earlier-call-wins',
    what: 'an earlier call takes the place of a later one',
    edits: [edit(decideReferral, 'rang && rang.rangAt >= rangAt', 'rang && rang.rangAt === rangAt')],
  },
  {
    name: 'call-ends-the-wait',
    what: 'a call about a request takes the referral off the hospital’s list',
    edits: [
      edit(
        decideReferral,
        '{ rang: { ...doneBy(claim, facts), rangAt } }',
        '{ deferral: null, rang: { ...doneBy(claim, facts), rangAt } }',
      ),
    ],
  },
  {
    name: 'notes-for-the-patient',
    what: 'what staff wrote for each other reaches the patient',
    edits: [
      edit(views, "  if (viewer.kind === 'patient') return new Map();\n", ''),
      edit(
        views,
        '...(returned && { returned: unnamed(returned) }),',
        '...(returned && { returned: noted(returned) }),',
      ),
    ],
  },
  {
    name: 'clinic-sees-what-is-set-aside',
    what: 'a clinic is shown what a practice has set aside',
    edits: [
      edit(
        views,
        "    case 'clinic':\n      return {\n        ...rest,\n",
        "    case 'clinic':\n      return {\n        ...rest,\n        ...(aside && { aside }),\n",
      ),
    ],
  },
  {
    name: 'shortlist-unseen',
    what: 'a referral is offered otherwise over what somebody else has changed meanwhile',
    edits: [edit(decideRefer, ' || !isSameOffer(referral, intent.seen))', ')')],
  },
  {
    name: 'offered-where-it-does-not-fit',
    what: 'a referral is offered services that do not take this patient',
    edits: [
      edit(
        decideRefer,
        '      service.clinicTypes.includes(referral.clinicType) &&\n      fits(referral, service, facts.now)\n',
        '      service.clinicTypes.includes(referral.clinicType)\n',
      ),
    ],
  },
  {
    name: 'still-asked-though-unfit',
    what: 'a hospital that a referral no longer fits is left to contact the patient',
    edits: [edit(decideRefer, 'asked && fits(offered, asked, facts.now) ? sooner', 'asked ? sooner')],
  },
  {
    name: 'more-urgent-and-no-sooner',
    what: 'a referral becomes urgent, and the patient hears by the old date',
    edits: [
      edit(
        decideRefer,
        'return contactBy < deferral.contactBy ? { ...deferral, contactBy } : deferral;',
        'return contactBy < 0 ? { ...deferral, contactBy } : deferral;',
      ),
    ],
  },
  {
    name: 'less-urgent-and-later',
    what: 'a referral becomes routine, and the patient hears later than was promised',
    edits: [
      edit(
        decideRefer,
        'return contactBy < deferral.contactBy ? { ...deferral, contactBy } : deferral;',
        'return { ...deferral, contactBy };',
      ),
    ],
  },
  {
    name: 'urgent-and-still-aside',
    what: 'a referral that is urgent now stays aside until its old day',
    edits: [
      edit(decideRefer, '...(aside && aside.reviewOn <= latestReview(offered, facts.now) ?', '...(aside ?'),
    ],
  },
  {
    name: 'no-longer-fits-untold',
    what: 'nobody hears that what is booked no longer fits',
    edits: [
      edit(
        audience,
        'if (appointment && noLongerFits(offered, appointment, facts) && !noLongerFits(before, appointment, facts))',
        'if (appointment && noLongerFits(offered, appointment, facts) && noLongerFits(before, appointment, facts))',
      ),
    ],
  },
  {
    name: 'unasked-untold',
    what: 'the patient waits for a hospital that is no longer asked, and nobody tells them',
    edits: [
      edit(audience, "return isUnasked ? [{ ubrn, about: 'unasked' }] : [];", 'return void isUnasked ?? [];'),
    ],
  },
  {
    name: 'referred-for-another',
    what: 'a reference that is in use is given again',
    edits: [
      edit(
        decideRefer,
        'must(ubrnsFor(claim.id).find((ubrn) => facts.referral(ubrn) === undefined))',
        'must(ubrnsFor(claim.id).find((ubrn) => facts.referral(ubrn) === undefined) && patientOf)',
      ),
    ],
  },
  {
    name: 'own-act-leaves-the-old-word',
    what: 'a patient who cancelled is still told of what was booked for them before',
    edits: [edit(audience, "by === 'patient' && hasActed(news)", "by === 'practice' && hasActed(news)")],
  },
  {
    name: 'refused-note-ends-a-task',
    what: 'a note that is refused ends the task to tell the patient of a refused booking',
    edits: [
      edit(notice, "(older.event === 'refused' && (newer.tell || !older.tell))", "older.event === 'refused'"),
    ],
  },
  {
    name: 'reason-for-the-patient',
    what: 'what staff wrote beside the reason for a cancellation reaches the patient',
    edits: [
      edit(
        views,
        "viewer.kind === 'practice' ? await notesOf(tx, notices.filter(isReasoned))",
        "viewer.kind !== 'clinic' ? await notesOf(tx, notices.filter(isReasoned))",
      ),
    ],
  },
  {
    name: 'retracted-and-still-told',
    what: 'who says that the patient was not told after all is thanked, and nobody is asked to tell them',
    edits: [edit(decideNotice, 'done: isThis ? null : done,', 'done: isThis && !notice.tell ? null : done,')],
  },
  {
    name: 'retracted-though-newer',
    what: 'a note that is retracted brings back what newer news has ended',
    edits: [
      edit(
        decideNotice,
        '!facts.newsSince(notice).some((one) => endsOlder(one, notice))',
        '!facts.newsSince(notice).includes(notice)',
      ),
    ],
  },
  {
    name: 'retracted-though-read',
    what: 'what the patient has read themself is to be told once more',
    edits: [edit(notice, "how === 'letter';", "how === 'letter' || how === 'online';")],
  },
  {
    name: 'retracted-for-the-dead',
    what: 'a note that is retracted asks to tell a patient who has died',
    edits: [edit(decideNotice, '  if (facts.hasDied(ubrn)) return false;\n', '')],
  },
  {
    name: 'retracted-and-counted',
    what: 'a note that was taken back counts when it comes once more',
    edits: [edit(decideNotice, ' || notice.retracted?.includes(claim.id)) return', ') return')],
    needs: ['restore'],
  },
  {
    name: 'retracted-for-another',
    what: 'taking a note back undoes the note that a colleague made since',
    edits: [edit(decideNotice, 'done?.claim === intent.noted;', 'done !== null;')],
  },
  {
    name: 'retracted-though-booked-since',
    what: 'a patient who has booked for themself is to be told of what was before',
    edits: [
      edit(
        decideNotice,
        '  if (held && held.id !== notice.appointment && held.bookedAt >= done.at) return false;\n',
        '',
      ),
    ],
  },
  {
    name: 'retracted-unread',
    what: 'the ledger does not look at what has come since the note that is retracted',
    edits: [
      edit(
        facts,
        'await doneByReferral(tx, retracted)',
        'await doneByReferral(tx, new Set([...retracted].slice(0, 0)))',
      ),
    ],
  },
];

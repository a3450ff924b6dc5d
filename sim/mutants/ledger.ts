/** Bugs planted in the ledger: what is read, settled, recorded and handed out. */
import { edit, type Mutant } from './mutant.ts';

const ledger = 'src/lib/server/ledger';
const [clerk, settle, facts] = [`${ledger}/clerk.ts`, `${ledger}/settle.ts`, `${ledger}/facts.ts`];
const [record, delta, packs] = [`${ledger}/record.ts`, `${ledger}/delta.ts`, `${ledger}/packs.ts`];
const [touches, views] = [`${ledger}/touches.ts`, `${ledger}/views.ts`];
const [slots, tables] = [`${ledger}/slots.ts`, `${ledger}/migrations/0001-ledger.ts`];

const claimIdNotUnique = edit(
  tables,
  ".addColumn('claim_id', 'text', (c) => c.notNull().unique())",
  ".addColumn('claim_id', 'text', (c) => c.notNull())",
);
const slotNotUnique = edit(
  tables,
  ".createIndex('one_appointment_a_slot')\n      .unique()",
  ".createIndex('one_appointment_a_slot')",
);
/** Pages that small worlds fill. By itself it is no bug. */
const shortPages = edit(delta, 'export const pageRows = 500;', 'export const pageRows = 6;');

const holderUnseen = edit(
  slots,
  ".on(sql<boolean>`a.status <> 'cancelled'`),",
  ".on(sql<boolean>`a.status = 'nobody'`),",
);

export const ledgerMutants: readonly Mutant[] = [
  {
    name: 'no-dedupe',
    what: 'a claim that comes again is settled again',
    edits: [
      edit(settle, 'const known = await readKnown(tx, asks);', 'const known = await readKnown(tx, []);'),
      claimIdNotUnique,
    ],
    needs: ['requestTwice'],
  },
  {
    name: 'no-dedupe-but-a-key',
    what: 'a claim that comes again is decided again, and only the key of the journal refuses it',
    edits: [
      edit(settle, 'const known = await readKnown(tx, asks);', 'const known = await readKnown(tx, []);'),
    ],
    needs: ['replyLost'],
  },
  {
    name: 'dedupe-outside-transaction',
    what: 'whether a claim is known is asked before its batch, and two copies in one batch are both new',
    edits: [edit(settle, 'known.set(ask.claim.id, { digest: ask.digest, verdict });', ''), claimIdNotUnique],
    needs: ['requestTwice'],
  },
  {
    name: 'batch-forgets-its-own',
    what: 'two copies of a claim in one batch trip over each other, and the batch fails',
    edits: [edit(settle, 'known.set(ask.claim.id, { digest: ask.digest, verdict });', '')],
    needs: ['requestTwice'],
  },
  {
    name: 'dedupe-without-bytes',
    what: 'other bytes under a known id are answered with its verdict',
    edits: [edit(settle, 'return before.digest === ask.digest\n', 'return before.digest !== ""\n')],
    needs: ['forgery'],
  },
  {
    name: 'taken-unseen',
    what: 'the ledger does not see who has a time, and only the index refuses the second',
    edits: [holderUnseen],
  },
  {
    name: 'unique-index-missing',
    what: 'the ledger does not see who has a time, and no index refuses the second',
    edits: [holderUnseen, slotNotUnique],
  },
  {
    name: 'batch-blind',
    what: 'each claim of a batch is decided as if the others were not there',
    edits: [
      edit(
        settle,
        '      touch(touches, effect, facts);\n      facts.apply(effect);\n    }',
        '      touch(touches, effect, facts);\n    }\n    this.late.push(() => decision.effects.forEach((effect) => facts.apply(effect)));',
      ),
      edit(
        settle,
        '  head: Place;\n  readonly entries',
        '  head: Place;\n  readonly late: (() => void)[] = [];\n  readonly entries',
      ),
      edit(
        settle,
        '  if (facts) await recordFacts(',
        '  for (const apply of page.late) apply();\n  if (facts) await recordFacts(',
      ),
    ],
  },
  {
    name: 'takes-before-it-leaves',
    what: 'rows are written in order of their ids, those that take a time before those that leave it',
    edits: [
      edit(record, 'if (before && letsGo(before, after)) leaving.push(before);', ''),
      edit(
        record,
        "await insertRows(tx, 'appointment', rows, ['id']);",
        "rows.sort((a, b) => (a.id < b.id ? -1 : 1));\n  await insertRows(tx, 'appointment', rows, ['id']);",
      ),
    ],
  },
  {
    name: 'answered-before-commit',
    what: 'people are answered before what they are told is on the disk',
    edits: [
      edit(
        clerk,
        '(tx, head, now) =>\n      settleBatch(tx, head, asks, now),\n    );',
        'async (tx, head, now) => {\n      const settled = await settleBatch(tx, head, asks, now);\n      settled.outcomes.forEach((outcome, index) => batch[index]?.resolve(outcome));\n      return settled;\n    });',
      ),
    ],
    needs: ['crashBeforeCommit'],
  },
  {
    name: 'batch-fails-together',
    what: 'one failure parks every claim of the batch',
    edits: [
      edit(
        clerk,
        'else await this.#oneByOne(batch, error);',
        "else for (const { resolve } of batch) resolve({ parked: 'failed' });",
      ),
    ],
    needs: ['commitFails'],
  },
  {
    name: 'bad-claim-stops-all',
    what: 'one claim that cannot be read makes the whole exchange fail',
    edits: [
      edit(
        clerk,
        "if ('parked' in read) park(index, read.id, read.parked);",
        "if ('parked' in read) throw new Error('clerk: a claim that cannot be read');",
      ),
    ],
    needs: ['newerClaim'],
  },
  {
    name: 'foreign-claim-settled',
    what: 'a claim of another scope is settled for whoever hands it in',
    edits: [
      edit(
        `${ledger}/read-claim.ts`,
        "if (read.data.author.scope !== scope) return { parked: 'otherScope', id };",
        "if (scope.length === 0) return { parked: 'otherScope', id };",
      ),
    ],
    needs: ['forgery'],
  },
  {
    name: 'withdrawn-still-bookable',
    what: 'a time that the clinic took away is given',
    edits: [
      edit(
        facts,
        'for (const row of await slotsByRef(tx, named.slots.values())) {\n    if (row.withdrawn === 0) facts',
        'for (const row of await slotsByRef(tx, named.slots.values())) {\n    facts',
      ),
    ],
  },
  {
    name: 'ordinals-reused',
    what: 'a new time gets the number of an older one',
    edits: [
      edit(
        record,
        'for (const id of changed.ordinals) {',
        'for (const id of [...changed.ordinals].slice(1)) {',
      ),
    ],
  },
  {
    name: 'journal-row-missing',
    what: 'refusals are not written into the journal',
    edits: [
      edit(
        record,
        "await insertRows(tx, 'journal', entries);",
        "await insertRows(tx, 'journal', entries.filter(({ verdict }) => !verdict.includes('refused')));",
      ),
    ],
  },
  {
    name: 'chain-not-advanced',
    what: 'each entry of a batch is hashed over the same one before it',
    edits: [
      edit(settle, '    this.head = entry;', '    this.head = { seq: entry.seq, hash: this.head.hash };'),
    ],
  },
  {
    name: 'delta-skips-an-entry',
    what: 'the first entry after the cursor is left out',
    edits: [
      edit(
        delta,
        'touchedSince(tx, scope, since, rowsMax)',
        'touchedSince(tx, scope, since === 0 ? 0 : since + 1, rowsMax)',
      ),
    ],
  },
  {
    name: 'page-cursor-too-far',
    what: 'a page that was cut short says that it reaches to the end',
    edits: [
      shortPages,
      edit(
        delta,
        '    cursor: end === head ? cursorOf(head) : pageCursorOf(end, head),',
        '    cursor: end.seq < 0 ? pageCursorOf(end, head) : cursorOf(head),',
      ),
    ],
  },
  {
    name: 'left-scope-not-touched',
    what: 'a clinic that a patient leaves is not told that they are gone',
    edits: [
      edit(
        touches,
        "touches.add([...owners(referral), clinic, left], 'appointment', after.id);",
        "touches.add([...owners(referral), clinic], 'appointment', after.id);",
      ),
    ],
  },
  {
    name: 'patient-not-touched',
    what: 'the patient’s phone is not told what changed',
    edits: [
      edit(
        touches,
        '  practiceScope(referral.practice),\n  patientScope(referral.ubrn),\n',
        '  practiceScope(referral.practice),\n  practiceScope(referral.practice) && patientScope(referral.ubrn.replace(/./g, "9") as never),\n',
      ),
    ],
  },
  {
    name: 'restore-not-noticed',
    what: 'a cursor’s place in the journal is believed without its hash',
    edits: [
      edit(
        delta,
        '  if (cursorOf(place) === cursor) return seq;',
        '  if (place.hash !== cursor) return seq;',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'pack-revision-without-hash',
    what: 'after a restore another set of times has the same revision',
    edits: [
      edit(
        packs,
        'cursorOf({ seq: pack_seq, hash: hash ?? genesisHash })',
        'cursorOf({ seq: pack_seq, hash: hash === null ? genesisHash : genesisHash })',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'booked-time-still-offered',
    what: 'a booking does not change the times that others are offered',
    edits: [
      edit(facts, 'if (holdsSlot(effect.row)) this.changed.services.add(effect.row.slot.service);', ''),
    ],
  },
  {
    name: 'leak-to-the-clinic-left',
    what: 'a clinic goes on seeing an appointment that moved to another',
    edits: [
      edit(
        views,
        '          : viewer.own.has(service);',
        '          : viewer.own.has(service) || id !== undefined;',
      ),
    ],
  },
  {
    name: 'leak-of-restricted',
    what: 'the phone and address of a restricted patient leave the ledger',
    edits: [
      edit(
        views,
        '(patient.restricted ? withheld(patient) : patient);',
        "(patient.restricted && patient.id === '' ? withheld(patient) : patient);",
      ),
    ],
  },
  {
    name: 'restricted-cached',
    what: 'a device is told who a restricted patient is, though not where they live',
    edits: [
      edit(
        views,
        '(patient.restricted ? withheld(patient) : patient);',
        "(patient.restricted ? { ...patient, phone: '', address: '', district: '' } : patient);",
      ),
    ],
  },
  {
    name: 'leak-of-address',
    what: 'a clinic is told where the patient lives',
    edits: [
      edit(
        views,
        "patient: { ...withoutRestricted(patient), address: '', district: '' },",
        'patient: withoutRestricted(patient),',
      ),
    ],
  },
  {
    name: 'page-cut-loses-entry',
    what: 'the entry at which a page of a delta is cut is never sent',
    edits: [
      edit(
        'src/lib/server/ledger/delta.ts',
        '    for (const [entity, keys] of Object.entries(JSON.parse(entry.named) as Named)) {\n      for (const key of keys) named[entity as Entity].add(key);\n    }\n    const isLast = index === touched.length - 1;\n    if (isLast ? touched.length === rowsMax : size() >= rowsMax) {\n      return { named, end: { seq: entry.seq, hash: await hashAt(tx, entry.seq, head) } };\n    }\n',
        '    const isLast = index === touched.length - 1;\n    if (isLast ? touched.length === rowsMax : size() >= rowsMax) {\n      return { named, end: { seq: entry.seq, hash: await hashAt(tx, entry.seq, head) } };\n    }\n    for (const [entity, keys] of Object.entries(JSON.parse(entry.named) as Named)) {\n      for (const key of keys) named[entity as Entity].add(key);\n    }\n',
      ),
    ],
  },
  {
    name: 'page-without-its-head',
    what: 'the cursor of a page does not say under which head its rows were read',
    edits: [edit(delta, 'end === head ? cursorOf(head) : pageCursorOf(end, head)', 'cursorOf(end)')],
    needs: ['restore'],
  },
  {
    name: 'new-referral-untouched',
    what: 'a referral that a practice made reaches none of its desks',
    edits: [edit(touches, "      touches.add([...whose, ...clinics], 'referral', text.ubrn);\n", '')],
  },
  {
    name: 'offer-not-recorded',
    what: 'another offer is confirmed, and is not in the tables',
    edits: [edit(record, '  await recordTexts(tx, facts);\n', '')],
  },
  {
    name: 'new-services-untouched',
    what: 'a practice is not shown the services that it has come to offer',
    edits: [
      edit(
        touches,
        "        touches.add(whose, 'service', service);\n      }\n      return;",
        '        void service;\n      }\n      return;',
      ),
    ],
  },
];

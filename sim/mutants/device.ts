/** Bugs planted on the device: its store, its shelf of claims, the engine, the driver and how answers are read. */
import { edit, type Mutant } from './mutant.ts';

const sync = 'src/lib/sync';
const [store, shelf, engine] = [`${sync}/memory-store.ts`, `${sync}/shelf.ts`, `${sync}/engine.ts`];
const [driver, answer] = [`${sync}/driver.ts`, `${sync}/answer.ts`];

const unpark = 'for (const id of [...this.#disk.claims.keys()]) this.#change(id, unparkRecord);';
/** What is stood aside counts as seen to, which is how a queue forgets. */
const parkedIsDone = edit(
  shelf,
  "return changed(record, { state: 'parked', parkedReason: reason, askAgain: false });",
  "return changed(record, { state: 'dismissed', parkedReason: reason, askAgain: false });",
);

export const deviceMutants: readonly Mutant[] = [
  {
    name: 'id-made-anew',
    what: 'a claim that is sent once more gets another id',
    edits: [
      edit(
        shelf,
        '.map(({ id, body }) => ({ id, bytes: body.bytes }));',
        ".map(({ id, body, attempts }) => ({ id, bytes: attempts > 0 ? body.bytes.replace(id, `${id.slice(0, 35)}${'f0'[Number(id[35] === 'f')]}`) : body.bytes }));",
      ),
    ],
    needs: ['replyLost'],
  },
  {
    name: 'bytes-upgraded',
    what: 'a newer app writes the claims of an older one anew',
    edits: [
      edit(
        store,
        unpark,
        `for (const [id, record] of this.#disk.claims) {
      if (record.state !== 'sent') continue;
      const { intent, ...rest } = JSON.parse(record.body.bytes) as { intent: unknown };
      const bytes = JSON.stringify({ intent, ...rest });
      this.#disk.claims.set(id, { ...record, body: { ...record.body, bytes } });
    }`,
      ),
    ],
  },
  {
    name: 'upgrade-wipes-queue',
    what: 'a new version of the app starts with an empty queue',
    edits: [
      edit(
        store,
        unpark,
        "for (const [id, { state }] of this.#disk.claims) if (state === 'waiting' || state === 'sent') this.#disk.claims.delete(id);",
      ),
    ],
  },
  {
    name: 'refusal-dropped-at-reload',
    what: 'a refusal is gone once the page was loaded again',
    edits: [
      edit(
        store,
        unpark,
        "for (const [id, { body }] of this.#disk.claims) if (body.answer?.verdict.outcome === 'refused') this.#disk.claims.delete(id);",
      ),
    ],
  },
  {
    name: 'sign-out-wipes-queue',
    what: 'who signs out takes the unsent claims along',
    edits: [
      edit(
        store,
        'async forget(): Promise<void> {',
        'async forget(): Promise<void> {\n    this.#disk.claims.clear();\n    for (const id of [...this.#disk.claims.keys()]) this.#disk.claims.delete(id);',
      ),
    ],
    needs: ['signOut'],
  },
  {
    name: 'former-history-forgotten',
    what: 'who was signed out over a restore never hears that what they were told is no more',
    edits: [edit(store, 'this.#disk.formerCursors = formersWith(this.#disk);', '')],
    needs: ['restore', 'signOut'],
  },
  {
    name: 'settled-not-dequeued',
    what: 'a verdict is kept and its claim stays in the queue',
    edits: [
      edit(
        shelf,
        "...changed(record, { state: 'settled', parkedReason: null,",
        '...changed(record, { parkedReason: null,',
      ),
    ],
  },
  {
    name: 'dequeued-without-verdict',
    what: 'a claim leaves the queue and its verdict is not kept',
    edits: [edit(shelf, '      ...record.body,\n      answer,\n', '      ...record.body,\n')],
  },
  {
    name: 'reply-dequeues-all',
    what: 'whatever reply comes, all that was sent counts as delivered',
    edits: [
      edit(
        store,
        "    if (!isCurrent) return 'cursorMoved';",
        "    for (const id of sent.claims) if (disk.claims.get(id)?.state === 'sent') disk.claims.delete(id);\n    if (!isCurrent) return 'cursorMoved';",
      ),
    ],
    needs: ['newerClaim'],
  },
  {
    name: 'html-is-success',
    what: 'a captive portal’s page counts as an answer, and what was sent as delivered',
    edits: [
      edit(
        answer,
        "if (!isMedia(contentType, 'application/json')) return unknown('not JSON');",
        `if (!isMedia(contentType, 'application/json')) {
    const delta = { cursor: '0.0000000000000000', more: false, reset: false, rows: [] };
    const none = { answers: [], parked: [], packs: [], packsMore: [] };
    return { kind: 'reply', reply: { protocol: 1, scope, now: 0, delta, ...none } as never };
  }`,
      ),
      edit(
        store,
        "    if (!isCurrent) return 'cursorMoved';",
        "    for (const id of sent.claims) if (disk.claims.get(id)?.state === 'sent') disk.claims.delete(id);\n    if (!isCurrent) return 'cursorMoved';",
      ),
    ],
    needs: ['portal'],
  },
  {
    name: '4xx-is-success',
    what: 'claims that were rejected with their whole exchange count as seen to',
    edits: [
      parkedIsDone,
      edit(
        engine,
        '  const [first] = sent.claims;\n  if (!first) {',
        "  const [first] = sent.claims;\n  const done = sent.claims.map((id) => ({ id, reason: 'refusedByServer' as const }));\n  if (first && input.at > 0) return park(state, done, 'rest', input);\n  if (!first) {",
      ),
    ],
    needs: ['requestCut'],
  },
  {
    name: 'time-out-is-failure',
    what: 'a claim whose answer did not come in time counts as failed',
    edits: [
      parkedIsDone,
      edit(
        engine,
        "    case 'unknown':\n      return failed(state, input, result.cause);",
        "    case 'unknown':\n      return result.cause === 'TimeoutError' ? park(state, sent.claims.map((id) => ({ id, reason: 'failed' as const })), 'rest', input) : failed(state, input, result.cause);",
      ),
    ],
    needs: ['replyLost'],
  },
  {
    name: 'sent-waits-again',
    what: 'a claim whose answer did not come may be taken back',
    edits: [
      edit(
        shelf,
        "if (record.state !== 'waiting') return changed(record, { attempts });",
        "if (record.state === 'sent') return changed(record, { attempts, state: 'waiting' });\n  if (record.state !== 'waiting') return changed(record, { attempts });",
      ),
    ],
    needs: ['replyLost'],
  },
  {
    name: 'sent-taken-back',
    what: 'a claim that was sent can be taken back',
    edits: [
      edit(
        shelf,
        "=> state === 'waiting' && !isOfDevice(kind);",
        "=> (state === 'waiting' || state === 'sent') && !isOfDevice(kind);",
      ),
      edit(
        shelf,
        "    case 'waiting': {\n      const { isTaken",
        "    case 'sent':\n    case 'waiting': {\n      const { isTaken",
      ),
    ],
  },
  {
    name: 'taken-back-but-sent',
    what: 'a claim that was taken back as it was about to go is sent all the same',
    edits: [
      edit(
        engine,
        'claims: outgoing.claims.filter(({ id }) => marked.has(id))',
        'claims: outgoing.claims.filter(() => marked.size >= 0)',
      ),
    ],
    needs: ['slowStore'],
  },
  {
    name: 'second-wish-overtakes',
    what: 'a new wish replaces one that was sent',
    edits: [
      edit(
        shelf,
        "const blocking = same.find((r) => r.state === 'sent' || (r.state === 'waiting' && r.follows !== null));",
        "const blocking = same.find((r) => r.state === 'waiting' && r.follows !== null);",
      ),
    ],
    needs: ['requestLate'],
  },
  {
    name: 'called-off-forgotten',
    what: 'a booking that was called off is booked, and stands',
    edits: [
      edit(
        shelf,
        'const followUp = hasFollowed(record)\n',
        'const followUp = hasFollowed(record) || record.body.callOff\n',
      ),
    ],
  },
  {
    name: 'parked-dequeued',
    what: 'a claim that was stood aside is gone',
    edits: [
      edit(
        store,
        'this.#change(id, (record) => parkRecord(record, reason));',
        'if (parkRecord(this.#disk.claims.get(id) as ClaimRecord, reason)) this.#disk.claims.delete(id);',
      ),
    ],
    needs: ['newerClaim'],
  },
  {
    name: 'parked-becomes-unsent',
    what: 'a claim that was stood aside, and may have been settled once, may be taken back',
    edits: [
      edit(shelf, "state: hasAnswer ? 'settled' : 'sent',", "state: hasAnswer ? 'settled' : 'waiting',"),
    ],
    needs: ['newerClaim'],
  },
  {
    name: 'settled-not-kept',
    what: 'what was settled is forgotten after an hour, and cannot be asked again after a restore',
    edits: [
      edit(shelf, 'export const settledKeptMs = 90 * dayMs;', 'export const settledKeptMs = dayMs / 24;'),
    ],
  },
  {
    name: 'not-asked-again',
    what: 'after a restore nobody asks whether what was told still holds',
    edits: [
      edit(
        shelf,
        'if (reply.delta.reset && isCurrent) {',
        'if (reply.delta.reset && isCurrent && reply.now < 0) {',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'changed-without-a-word',
    what: 'an answer that differs after a restore takes the place of the one told before',
    edits: [
      edit(
        shelf,
        'const before = isNews ? (record.body.before ?? told) : record.body.before;',
        'const before = isNews ? null : record.body.before;',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'reset-clears-claims',
    what: 'starting afresh after a restore throws the queue away too',
    edits: [
      edit(
        store,
        'if (delta.reset || this.#disk.cursor === null) this.#disk.rows.clear();',
        'if (delta.reset || this.#disk.cursor === null) this.#disk.rows.clear();\n    if (delta.reset) for (const id of [...this.#disk.claims.keys()]) this.#disk.claims.delete(id);',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'reset-keeps-rows',
    what: 'starting afresh after a restore keeps rows of the history that is no more',
    edits: [
      edit(
        store,
        'if (delta.reset || this.#disk.cursor === null) this.#disk.rows.clear();',
        'if (this.#disk.cursor === null) this.#disk.rows.clear();',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'gone-rows-stay',
    what: 'a row that left the scope stays on the device',
    edits: [edit(store, 'else this.#disk.rows.delete(key);', '')],
  },
  {
    name: 'delta-over-moved-cursor',
    what: 'a delta is applied although the cursor has moved on',
    edits: [
      edit(
        store,
        'const isCurrent = askedFrom(disk) === sent.cursor;',
        "const isCurrent = askedFrom(disk) === sent.cursor || reply.delta.cursor !== '';",
      ),
    ],
    needs: ['frozenTab'],
  },
  {
    name: 'older-pack-applied',
    what: 'times that come late take the place of newer ones',
    edits: [
      edit(
        store,
        'if (replacesPack(disk.packs.get(pack.service), pack)) disk.packs.set(pack.service, pack);',
        'if (replacesPack(undefined, pack)) disk.packs.set(pack.service, pack);',
      ),
    ],
    needs: ['frozenTab'],
  },
  {
    name: 'packs-stuck-after-restore',
    what: 'after a restore a device keeps the times of the history that is no more, since they count higher',
    edits: [
      edit(
        'src/lib/protocol/pack.ts',
        'return isNewerRevision(came.revision, held.revision) || came.asOf > held.asOf;',
        'return isNewerRevision(came.revision, held.revision);',
      ),
    ],
    needs: ['restore'],
  },
  {
    name: 'cursor-before-rows',
    what: 'the cursor is on the disk one transaction before the rows',
    edits: [
      edit(
        driver,
        "return { kind: 'applied', outcome: await store.apply(action.reply, action.sent) };",
        [
          '{',
          '        const { reply, sent } = action;',
          '        const outcome = await store.apply({ ...reply, delta: { ...reply.delta, rows: [] } }, sent);',
          "        if (outcome === 'applied') await store.apply({ ...reply, delta: { ...reply.delta, reset: false } }, { ...sent, cursor: reply.delta.cursor });",
          "        return { kind: 'applied', outcome };",
          '      }',
        ].join('\n'),
      ),
    ],
    needs: ['storeCrash'],
  },
  {
    name: 'not-marked',
    what: 'claims are sent without being marked so first',
    edits: [
      edit(
        engine,
        "state: { ...state, phase: { kind: 'marking', outgoing: carried } },\n    actions: [{ kind: 'mark', ids: carried.claims.map(({ id }) => id), at }],",
        '...(at < 0 ? { state, actions: [] } : exchange(state, carried)),',
      ),
    ],
  },
  {
    name: 'first-page-only',
    what: 'a device that was told of more does not fetch it',
    edits: [
      edit('src/lib/server/ledger/delta.ts', 'export const pageRows = 500;', 'export const pageRows = 6;'),
      edit(
        engine,
        'const mayBeMore = isMore || sent.claims.length === claimsMax || state.carefulLeft > 0;',
        'const mayBeMore = sent.claims.length === claimsMax || state.carefulLeft > 0;',
      ),
      edit(
        engine,
        '  const pollAt = input.at + Math.round(pollMs * (0.75 + input.chance / 2));',
        '  const pollAt = null;',
      ),
    ],
  },
  {
    name: 'no-second-try',
    what: 'after a failure nothing is tried until somebody does something',
    edits: [
      edit(
        engine,
        "if (phase.kind === 'waiting') return phase.retryAt;",
        "if (phase.kind === 'waiting') return null;",
      ),
    ],
  },
  {
    name: 'lock-never-released',
    what: 'a drain that is done keeps the lock',
    edits: [
      edit(
        driver,
        'const work = () => (draining = drain());',
        'const work = () => (draining = drain()).then(() => new Promise<void>(() => undefined));',
      ),
    ],
  },
  {
    name: 'reply-of-another-believed',
    what: 'a reply for another scope is applied',
    edits: [
      edit(
        answer,
        "if (parsed.data.scope !== scope) return unknown('reply for another scope');",
        "if (scope.length === 0) return unknown('reply for another scope');",
      ),
      edit(
        driver,
        "result.kind === 'reply' && result.reply.scope !== store.scope;",
        "result.kind === 'reply' && result.reply.scope === '';",
      ),
    ],
    needs: ['strangeReply'],
  },
  {
    name: 'report-forgotten',
    what: 'a desk that is told otherwise after a restore tells nobody else',
    edits: [edit(shelf, '    if (report && !shelf.has(report.id)) write(report);', '')],
    needs: ['restore'],
  },
  {
    name: 'report-of-the-new',
    what: 'a desk reports what is so now as what was told before',
    edits: [edit(shelf, 'reportAfter(claim, told, before.endedAt', 'reportAfter(claim, now, before.endedAt')],
    needs: ['restore'],
  },
  {
    name: 'replies-read-strictly',
    what: 'a reply of a newer server, which says more, is not read',
    edits: [
      edit(
        'src/lib/protocol/exchange.ts',
        'export const answerSchema = z.object({',
        'export const answerSchema = z.strictObject({',
      ),
    ],
    needs: ['newerServer'],
  },
  {
    name: 'any-403-is-ours',
    what: 'whoever says 403 on the way is taken for the server',
    edits: [
      edit(
        'src/lib/sync/answer.ts',
        "  if (status === 403 && code === 'forbidden') return { kind: 'forbidden' };",
        "  if (status === 403) return { kind: 'forbidden' };",
      ),
    ],
    needs: ['gateway'],
  },
];

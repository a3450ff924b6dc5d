// Writes docs/api.md: what the server answers, with the JSON Schemas of the wire as the code has them. A test keeps it current.
import { writeFileSync } from 'node:fs';
import { claimSchema } from '../src/lib/domain/claim.ts';
import { identitySchema } from '../src/lib/domain/referral.ts';
import { z } from '../src/lib/domain/zod.ts';
import { takeTimeSchema, timeTakenSchema } from '../src/lib/protocol/demo.ts';
import {
  accessPageMax,
  accessPageSchema,
  issueCodeSchema,
  issuedCodeSchema,
  whoIsSchema,
} from '../src/lib/protocol/access.ts';
import { directorySchema } from '../src/lib/protocol/directory.ts';
import {
  claimCharsMax,
  claimsMax,
  packSchema,
  packsMax,
  seenMax,
  syncReplySchema,
  syncRequestSchema,
} from '../src/lib/protocol/exchange.ts';
import { problemSchema } from '../src/lib/protocol/problem.ts';
import {
  askRowsSchema,
  countRowsSchema,
  rowsCountSchema,
  rowsPageMax,
  rowsPageSchema,
  settledRowSchema,
  settleRowSchema,
} from '../src/lib/protocol/rows.ts';
import {
  demoPeopleSchema,
  sessionInfoSchema,
  sessionsSchema,
  signInSchema,
} from '../src/lib/protocol/session.ts';
import { exchangeBody, smallBody } from '../src/lib/server/http/body.ts';
import { exchangesAMinute } from '../src/lib/server/http/pace.ts';
import { oldestProtocolServed, protocolVersion } from '../src/lib/protocol/version.ts';

export const apiDocsPath = 'docs/api.md';

const schemas = [
  ['Exchange: request', 'syncRequestSchema', syncRequestSchema],
  ['Claim', 'claimSchema', claimSchema],
  ['Exchange: reply', 'syncReplySchema', syncReplySchema],
  ['Pack', 'packSchema', packSchema],
  ['Directory', 'directorySchema', directorySchema],
  ['Sign in', 'signInSchema', signInSchema],
  ['Session', 'sessionInfoSchema', sessionInfoSchema],
  ['Sessions', 'sessionsSchema', sessionsSchema],
  ['Access code: request', 'issueCodeSchema', issueCodeSchema],
  ['Access code', 'issuedCodeSchema', issuedCodeSchema],
  ['Who a patient is: request', 'whoIsSchema', whoIsSchema],
  ['Who a patient is', 'identitySchema', identitySchema],
  ['Who opened', 'accessPageSchema', accessPageSchema],
  ['Rows needing a person: request', 'askRowsSchema', askRowsSchema],
  ['Rows needing a person', 'rowsPageSchema', rowsPageSchema],
  ['Count of rows: request', 'countRowsSchema', countRowsSchema],
  ['Count of rows', 'rowsCountSchema', rowsCountSchema],
  ['Settle a row', 'settleRowSchema', settleRowSchema],
  ['Settled row', 'settledRowSchema', settledRowSchema],
  ['Demo people', 'demoPeopleSchema', demoPeopleSchema],
  ['Take a time', 'takeTimeSchema', takeTimeSchema],
  ['Time taken', 'timeTakenSchema', timeTakenSchema],
  ['Problem', 'problemSchema', problemSchema],
] as const satisfies readonly (readonly [title: string, name: string, schema: z.core.$ZodType])[];

/** The whole page as text. */
export function apiDocs(): string {
  return `${introduction()}\n${schemas.map(([title, name, schema]) => section(title, name, schema)).join('\n')}`;
}

const served = [...new Set<number>([oldestProtocolServed, protocolVersion])].join(' and ');

function introduction(): string {
  return `# The API

Written by \`npm run docs:api\` from \`src/lib/protocol/\`; do not edit it by hand. This server speaks protocol
${served}.

What devices ask for goes through one door, \`POST /api/sync\`; the rest reads, signs in, gives a way to sign in, or settles a row of an operator's file. Bodies are JSON in UTF-8, plain or
gzip: an exchange at most ${exchangeBody.bytes / 1_000_000} MB, all others at most ${smallBody.bytes / 1_024} KB and ${smallBody.ms / 1_000} seconds in coming. A request that takes longer
than ${exchangeBody.ms / 1_000} seconds to arrive is cut off. Who asks is known by a session cookie (HttpOnly, SameSite=Strict), one each for practice, clinic and
patient, so that all three can be signed in side by side in one browser. Times are milliseconds since 1970 UTC.

| request | answers | errors |
| --- | --- | --- |
| \`POST /api/sync\` | [request](#exchange-request) → [reply](#exchange-reply). Claims go up, verdicts and truth come down. At most ${exchangesAMinute} a minute of one session | 400, 401, 403, 413, 415, 422, 426, 429, 503 |
| \`GET /api/services/:id/slots\` | [pack](#pack) of free times; ETag is its revision, 304 when you hold it | 401, 404 |
| \`GET /api/directory\` | [directory](#directory) of every service, for staff; ETag is its revision, 304 when you hold it | 401 |
| \`GET /api/directory?for=patient\` | the same for the patient who is signed in: where their referral may be booked, by the names that are meant for patients. With no \`for\`, where no staff are signed in | 401 |
| \`GET /api/live?scopes=…&services=…\` | an event stream of pokes, see below | 401, 422 |
| \`GET /api/session\` | [sessions](#sessions): who is signed in here | |
| \`POST /api/session\` | [sign in](#sign-in) → [session](#session) and its cookie | 400, 401, 413, 415, 422, 429 |
| \`DELETE /api/session?kind=practice\` | 204; \`kind\` is practice, clinic or patient. Signing out twice is signing out | 422 |
| \`POST /api/referrals/:ubrn/access-code\` | [scope](#access-code-request) → [a new access code](#access-code), told this once: the old one, and what it opened, is dead. For staff of the referral's practice | 400, 401, 403, 404, 409 where the referral is closed or its patient has died, 413, 415, 422, 503 |
| \`POST /api/referrals/:ubrn/patient\` | [scope](#who-a-patient-is-request) → [who a restricted patient is](#who-a-patient-is), which no exchange says. For staff who see the referral; that it was asked is written | 401, 403, 404, 413, 415, 422 |
| \`GET /api/access?scope=…&ubrn=…&before=…\` | [who opened](#who-opened) the practice's records, or one of them, newest first, ${accessPageMax} at a time; \`more\` goes into \`before\` | 401, 403, 404, 422 |
| \`POST /api/rows\` | [scope](#rows-needing-a-person-request) → [rows of the operator's files](#rows-needing-a-person) that the practice has to settle, the oldest first, ${rowsPageMax} at a time; \`more\` goes into \`after\`. A POST, so that no cache keeps it | 401, 403, 413, 415, 422, 503 |
| \`POST /api/rows/count\` | [scope](#count-of-rows-request) → [how many there are](#count-of-rows) | 401, 403, 413, 415, 422 |
| \`POST /api/rows/:id\` | [whose it is](#settle-a-row) → [who settled it, and how](#settled-row). The same again is so already. A load with an entry of its own, never a claim | 401, 403, 404, 409 with a code for each refusal (\`settled\` says who was quicker; \`not-a-candidate\`, \`number-unusable\`, \`reference-in-use\`, \`operator-only\`, \`faulty-row\`), 413, 415, 422, 503 |
| \`GET /api/demo/people\` | [demo people](#demo-people): whom a visitor may be | 404 where the demonstration is off |
| \`POST /api/demo/take-time\` | [a time](#take-a-time) → [what came of it](#time-taken): another practice of the demonstration asks for it, as its own people could. For whoever is signed in at a practice | 401, 404 where the demonstration is off, 422, 503 |
| \`GET /api/health\` | \`{ status, seq, protocol, isDemo, now }\` when the ledger can be read | 503 |

Every error is \`application/problem+json\` ([problem](#problem), RFC 9457) with a \`code\` for programs. It never repeats
what was sent. 429 and 503 carry Retry-After.

## The exchange

- \`scope\` says whose truth is meant: \`practice:<ODS code>\`, \`clinic:<ODS code of the site>\` or \`patient:<booking
  reference>\`. A session of another scope gets 401 before anything is read.
- \`claims\`: at most ${claimsMax}, each the exact text of a [claim](#claim), at most ${claimCharsMax.toLocaleString('en-GB')} characters. The text
  is fixed when the claim is made and the same on every try; its \`id\` is made by whoever asks.
- \`answers\` holds a verdict for each claim that was settled, now or before: a claim that was sent twice gets its first
  verdict again, with \`replayed\`. \`parked\` names by \`index\` those that got none; they used up no id, and a person has to look.
- \`cursor\` and \`delta\`: send the last cursor back to get what changed since; null for everything. With \`more\`, ask again
  at once. With \`reset\`, the ledger was restored: drop the truth that you hold, keep your claims, and send those that
  were settled again.
- \`packs\`: at most ${packsMax} services with the revision that you hold, or null. What changed comes back, as far as it fits;
  \`packsMore\` names the rest.
- \`seen\`: at most ${seenMax} records of who opened whose record on the device.

No whole reply of this shape means *unknown*, whatever else came: send the same bytes again.

| answer | what a device does |
| --- | --- |
| 401 | keeps everything, has somebody sign in, sends the same bytes |
| 403 | drops the truth that it holds, keeps its claims |
| 426 | updates first |
| 400, 413, 422 | sends its claims one at a time; parks the one that fails alone while an empty exchange succeeds |
| 429, 503 | waits as long as Retry-After says |
| anything else | waits, longer each time, and tries again |

## The event stream

Each message is \`{ "scopes": […], "services": […] }\`: something of theirs changed; exchange, or fetch the pack, to learn
what. \`scopes\` takes up to three of your sessions' scopes, \`services\` up to ${packsMax} ids, both separated by commas. The
stream ends with the first of its sessions.
`;
}

function section(title: string, name: string, schema: z.core.$ZodType): string {
  const text = JSON.stringify(z.toJSONSchema(schema), null, 2);
  return `## ${title}\n\n\`${name}\`\n\n\`\`\`json\n${text}\n\`\`\`\n`;
}

if (import.meta.main) {
  writeFileSync(apiDocsPath, apiDocs());
  console.log(`wrote ${apiDocsPath}`);
}

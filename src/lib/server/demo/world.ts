/**
 * The demo world's loader. It comes in by the ledger's one door: loads for who and what there is, and claims by demo people
 * for everything that has happened, settled under a clock that is moved from eleven weeks ago to last night.
 *
 *   empty ledger ─→ plan of today ─┐
 *   cut short    ─→ plan of the day that its first entry tells ─→ every step again, the done ones answered as before ─→ whole
 *   whole, or somebody else's records: left alone
 *
 * Ids and bytes of every step follow from seed, size and date, so doing one again changes nothing.
 */
import type { ClaimId, Ubrn } from '#lib/domain/ids.ts';
import { localDate } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { claimsMax } from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { bringDoubtfulRows } from './doubtful-rows.ts';
import { claimText, type Act } from './history.ts';
import type { LoadingClock } from './loading-clock.ts';
import { completionId, planWorld, type WorldKey, type WorldPlan } from './plan.ts';
import type { WorldSize } from './places.ts';
import { weeksToAdd } from './top-up.ts';
import { worldKeyOf } from './whose-world.ts';

export const defaultSeed = 'holdfast';

export interface WorldDeps {
  /** Opened with `clock.now` as its clock, and with the importer's tables. */
  readonly ledger: Pick<OpenLedger, 'clerk' | 'readDb'>;
  readonly clock: LoadingClock;
  /** Called for every referral; must give what was given before when called again. */
  readonly issueAccessCode: (ubrn: Ubrn) => Promise<unknown>;
  readonly size: WorldSize;
  readonly seed?: string;
  /** A line of progress, for whoever sits at the console. */
  readonly log: (line: string) => void;
}

/** `foreign`: the ledger holds something else, which is left as it is. */
export type LoadOutcome = 'loaded' | 'present' | 'foreign';

/** Claims that are handed in together where they carry many times. */
const publishedAtOnce = 40;
/** Ids in one query. */
const lookedUpAtOnce = 500;

export async function loadWorld(deps: WorldDeps): Promise<LoadOutcome> {
  const key = await worldIn(deps);
  if (key === 'foreign') return 'foreign';
  if (key && (await isWhole(deps, key))) return 'present';
  const { seed = defaultSeed, size, clock, log } = deps;
  log('Loading the demonstration world: hospitals, services and people…');
  const ours = key ?? { seed, size, today: localDate(clock.now()) };
  try {
    await loadPlan(deps, ours, planWorld(ours));
  } finally {
    clock.release();
  }
  return 'loaded';
}

/**
 * Opens further weeks of clinics where fewer than sixteen lie ahead of today; else does nothing. Each week of a service is
 * one claim with an id of its own, so that a week that was begun is finished and none comes twice. Says how many times came.
 */
export async function topUpWorld(deps: WorldDeps): Promise<number> {
  const key = await worldIn(deps);
  if (!key || key === 'foreign' || !(await isWhole(deps, key))) return 0;
  let added = 0;
  for (const week of weeksToAdd(key, localDate(deps.clock.now()))) {
    const acts = await unknownOf(deps, week.acts());
    // A clerk who has left, or a service that was changed, is no reason not to open the others.
    const surprises = await settleTogether(deps, acts);
    for (const { said } of surprises) deps.log(`Not added: ${said}`);
    added += timesOf(acts) - timesOf(surprises.map(({ act }) => act));
  }
  if (added > 0) deps.log(`Added ${counted(added)} times to the demonstration world`);
  return added;
}

async function loadPlan(deps: WorldDeps, key: WorldKey, plan: WorldPlan): Promise<void> {
  const { clock, ledger, issueAccessCode, log } = deps;
  clock.standAt(plan.firstAt);
  for (const load of plan.loads) await ledger.clerk.load(load);
  const progress = progressOf(deps, plan);
  const referrals = [...plan.referrals];
  for (const acts of together(plan.acts)) {
    const at = acts[0]?.at ?? plan.firstAt;
    while (referrals[0] && referrals[0].at <= at) await loadReferrals(deps, referrals.shift());
    clock.standAt(at);
    const [surprise] = await settleTogether(deps, acts);
    // A world that was settled otherwise than planned would tell its visitors things that are not so.
    if (surprise) throw new Error(`demo world: ${surprise.said}`);
    progress(acts);
  }
  while (referrals.length > 0) await loadReferrals(deps, referrals.shift());
  log('Loading the demonstration world: access codes…');
  clock.release();
  for (const { load } of plan.referrals) {
    for (const { ubrn } of load.referrals ?? []) await issueAccessCode(ubrn);
  }
  const lastNight = Math.max(plan.referrals.at(-1)?.at ?? 0, plan.acts.at(-1)?.at ?? 0, plan.firstAt);
  clock.standAt(lastNight);
  await bringDoubtfulRows(ledger.clerk, key, lastNight);
  await ledger.clerk.load(plan.completion);
  log('The demonstration world is loaded');
}

async function loadReferrals({ clock, ledger }: WorldDeps, step: WorldPlan['referrals'][number] | undefined) {
  if (!step) return;
  clock.standAt(step.at);
  await ledger.clerk.load(step.load);
}

/** What is asked at the same time, in order; where clinics open their times, a bounded number of claims. */
function* together(acts: readonly Act[]): Generator<readonly Act[]> {
  let group: Act[] = [];
  for (const act of acts) {
    const [first] = group;
    if (first && (first.at !== act.at || group.length >= publishedAtOnce)) {
      yield group;
      group = [];
    }
    group.push(act);
  }
  if (group.length > 0) yield group;
}

/** What came out otherwise than planned. */
interface Surprise {
  readonly act: Act;
  readonly said: string;
}

/** Each sender's claims as one exchange, all at once, so that they share a commit. */
async function settleTogether({ ledger }: WorldDeps, acts: readonly Act[]): Promise<readonly Surprise[]> {
  const head = await ledger.readDb.selectFrom('head').select(['seq', 'hash']).executeTakeFirstOrThrow();
  const cursor = `${head.seq}.${head.hash.slice(0, 16)}`;
  const bySender = Map.groupBy(acts, ({ author }) => `${author.person} ${author.scope}`);
  const settled = await Promise.allSettled(
    [...bySender.values()].flatMap((asked) =>
      inParts(asked, claimsMax).map(async (part) => {
        const sender = part[0]?.author;
        return sender ? settlePart(ledger, sender, cursor, part) : [];
      }),
    ),
  );
  // All are waited for even when one fails: what is still in flight must not meet a clock that was moved meanwhile.
  return settled.flatMap((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

async function settlePart(
  { clerk }: WorldDeps['ledger'],
  sender: Author,
  cursor: string,
  acts: readonly Act[],
): Promise<readonly Surprise[]> {
  const reply = await clerk.settle(sender, {
    protocol: protocolVersion,
    scope: sender.scope,
    cursor,
    claims: acts.map(claimText),
    packs: {},
    seen: [],
  });
  const outcomes = new Map(reply.answers.map(({ verdict }) => [verdict.claim, verdict]));
  return acts.flatMap((act) => {
    const verdict = outcomes.get(act.claim);
    if (verdict?.outcome === act.outcome) return [];
    const said = `${act.intent().kind} ${act.claim}: ${verdict?.code ?? verdict?.outcome ?? 'parked'}`;
    return [{ act, said }];
  });
}

/** The world that the ledger holds, whole or begun; undefined for an empty ledger. */
const worldIn = ({ ledger, seed = defaultSeed }: WorldDeps) => worldKeyOf(ledger.readDb, seed);

async function isWhole(deps: WorldDeps, key: WorldKey): Promise<boolean> {
  return (await knownOf(deps, [completionId(key)])).size > 0;
}

/** Those that no entry of the journal is about yet. */
async function unknownOf(deps: WorldDeps, acts: readonly Act[]): Promise<readonly Act[]> {
  const known = new Set<ClaimId>();
  for (const part of inParts(acts, lookedUpAtOnce)) {
    const ids = part.map(({ claim }) => claim);
    for (const id of await knownOf(deps, ids)) known.add(id);
  }
  return acts.filter(({ claim }) => !known.has(claim));
}

async function knownOf({ ledger }: WorldDeps, ids: readonly ClaimId[]): Promise<ReadonlySet<ClaimId>> {
  const entries = await ledger.readDb
    .selectFrom('journal')
    .select('claim_id')
    .where('claim_id', 'in', ids)
    .execute();
  return new Set(entries.map(({ claim_id }) => claim_id));
}

const sayEveryTimes = 12_000;
const sayEveryClaims = 500;

/** Says how far it is, often enough that nobody thinks it hangs. */
function progressOf({ log }: WorldDeps, plan: WorldPlan): (acts: readonly Act[]) => void {
  const done = { times: 0, claims: 0, saidTimes: 0, saidClaims: 0 };
  return (acts) => {
    const times = timesOf(acts);
    done.times += times;
    done.claims += acts.length;
    if (done.times - done.saidTimes >= sayEveryTimes || (times > 0 && done.times === plan.slots)) {
      log(`Loading the demonstration world: ${counted(done.times)} of ${counted(plan.slots)} times…`);
      done.saidTimes = done.times;
    }
    if (times === 0 && done.claims - done.saidClaims >= sayEveryClaims) {
      log(`Loading the demonstration world: ${counted(done.claims)} of ${counted(plan.acts.length)} events…`);
      done.saidClaims = done.claims;
    }
  };
}

function timesOf(acts: readonly Act[]): number {
  const sessions = acts.flatMap((act) => {
    const intent = act.intent();
    return intent.kind === 'publish' ? intent.sessions : [];
  });
  return sessions.reduce((sum, { count }) => sum + count, 0);
}

const counted = (n: number) => n.toLocaleString('en-GB');

function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

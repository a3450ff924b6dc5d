/** What the operator sets, read from the environment once and parsed like everything else that comes from outside. */
import { instantOf, localDateSchema, localMinutes, minuteMs, type Instant } from '#lib/domain/instant.ts';
import { z } from '#lib/domain/zod.ts';
import type { DemonstrationSetting } from './people/demonstration.ts';

export interface AppConfig {
  /** A folder for the database and the secret; ':memory:' keeps nothing. */
  readonly data: string;
  readonly secret: string | undefined;
  /** What the demonstration is loaded with; 'none' leaves the ledger as it is. */
  readonly world: 'none' | 'small' | 'region';
  /** Whether demo people may be signed in as and the demo world is loaded. */
  readonly demonstration: DemonstrationSetting;
  /** The app is reached over TLS. */
  readonly isSecure: boolean;
  /** Says each request, not only what went wrong. */
  readonly logsRequests: boolean;
  readonly clock: () => Instant;
}

const environmentSchema = z.object({
  HOLDFAST_DATA: z._default(z.string().check(z.minLength(1)), './data'),
  HOLDFAST_SECRET: z.optional(z.string().check(z.minLength(32, 'at least 32 characters'))),
  HOLDFAST_WORLD: z._default(z.enum(['none', 'small', 'region']), 'region'),
  HOLDFAST_DEMO: z.optional(z.enum(['on', 'off'])),
  HOLDFAST_TODAY: z.optional(localDateSchema),
  HOLDFAST_LOG: z._default(z.enum(['problems', 'requests']), 'problems'),
  ORIGIN: z.optional(z.string()),
});

/** Throws with the name of the setting that is wrong: better not to start than to start otherwise than was meant. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): AppConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`The setting ${issue?.path.join('.') ?? ''} is not right: ${issue?.message ?? ''}`);
  }
  const settings = parsed.data;
  return {
    data: settings.HOLDFAST_DATA,
    secret: settings.HOLDFAST_SECRET,
    world: settings.HOLDFAST_WORLD,
    demonstration: settings.HOLDFAST_DEMO ?? 'alone',
    isSecure: settings.ORIGIN?.startsWith('https:') ?? false,
    logsRequests: settings.HOLDFAST_LOG === 'requests',
    clock: clockFrom(settings.HOLDFAST_TODAY, Date.now),
  };
}

/** The machine's clock, moved by whole minutes so that today is another day in the UK, at the same time of day. */
export function clockFrom(today: string | undefined, machine: () => number): () => Instant {
  if (today === undefined) return machine;
  const now = machine();
  const thisMinute = now - (now % minuteMs);
  const shift = instantOf(today, localMinutes(now)) - thisMinute;
  return () => machine() + shift;
}

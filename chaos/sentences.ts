/** What a screen says of requests and of where a referral stands, as a person reads it. */
import type { Page } from '@playwright/test';
import type { Mode } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { ukSentence } from '../e2e/uk-clock.ts';

export interface Sentence {
  /** The request's id where the address names it, else the page. */
  readonly about: string;
  readonly words: string;
}

export async function sentencesOf(page: Page): Promise<Sentence[]> {
  const address = new URL(page.url());
  const about = address.searchParams.get('request') ?? address.pathname;
  const said = await page
    .getByRole('region', { name: 'Where this request stands' })
    .getByRole('status')
    .allInnerTexts();
  return said.map((text, index) => ({ about: index === 0 ? about : `${about}#${index}`, words: flat(text) }));
}

export const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

/** What a practice has to read of this answer; said here apart from the product's own words. */
export function mustSay(kind: string, verdict: Verdict): RegExp {
  const { outcome, already, rank, appointment } = verdict;
  const when = appointment ? literal(ukSentence(appointment.slot.start) + held[appointment.mode]) : '';
  const isLower = (rank ?? 1) > 1 && !already;
  if (outcome === 'refused') return refusals[kind] ?? /^Not /;
  switch (kind) {
    case 'book':
      if (already) return new RegExp(`^Already booked: ${when}\\.`);
      return isLower
        ? new RegExp(`^The first choice was taken\\. Booked the (second|third|fourth): ${when}\\. Confirmed`)
        : /^Booked: confirmed /;
    case 'move':
      return isLower
        ? new RegExp(
            `^The first choice was taken\\. Moved to the (second|third|fourth): ${when}\\. Confirmed`,
          )
        : new RegExp(`^Moved to ${when}: confirmed `);
    case 'cancel':
      return already ? /^It was cancelled before\./ : /^Cancelled: confirmed /;
    case 'acknowledge':
      return /^Recorded /;
    default:
      return /confirmed/;
  }
}

const refusals: Readonly<Record<string, RegExp>> = {
  book: /^Not booked: /,
  move: /^Not moved: /,
  cancel: /^Not cancelled: /,
  acknowledge: /^Not recorded: /,
};

/** Whoever is rung is told so, in the same breath as the time. */
const held = {
  inPerson: '',
  phone: ', by telephone (the hospital rings)',
  video: ', by video (the hospital sends a link)',
} as const satisfies Record<Mode, string>;

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

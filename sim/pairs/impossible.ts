/** Pairs that cannot be, each with the reason. What is missing and not here is a hole in the simulated world. */
export interface Impossible {
  readonly one: readonly string[];
  readonly other: readonly string[];
  readonly why: string;
}

export const impossible: readonly Impossible[] = [
  {
    one: ['lateLetter'],
    other: ['*'],
    why: 'the letter of 400 days ago comes after the last look, when everything has been told; it is judged by itself',
  },
  {
    one: ['restore'],
    other: ['before a restore'],
    why: 'it ends the time before it',
  },
  {
    one: ['called off'],
    other: ['STALE_APPOINTMENT', 'SLOTS_CURRENTLY_AVAILABLE'],
    why: 'only a booking can be called off, and no booking is answered so',
  },
  {
    one: ['called off'],
    other: ['INAPPROPRIATE_VALUE'],
    why: 'a booking is refused so only where its appointment has been used before, and each is made with a new one',
  },
  {
    one: ['originEvicted'],
    other: ['*'],
    why: 'with its origin a browser loses the claims that wait there: nobody is left to be told, and they are counted apart',
  },
  {
    one: ['powerLoss'],
    other: ['in the tab that asked', 'in another tab'],
    why: 'no tab outlives it',
  },
];

export function whyImpossible(a: string, b: string): string | undefined {
  const is = (names: readonly string[], name: string) => names.includes('*') || names.includes(name);
  return impossible.find(({ one, other }) => (is(one, a) && is(other, b)) || (is(one, b) && is(other, a)))
    ?.why;
}

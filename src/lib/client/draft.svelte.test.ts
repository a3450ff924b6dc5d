import { beforeEach, expect, test, vi } from 'vitest';
import { choicesMax } from '#lib/domain/claim.ts';
import type { OdsCode, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import { patientScope, practiceScope } from '#lib/domain/scope.ts';
import { forgetDrafts, openDraft, type Wish } from './draft.svelte.ts';

const scope = practiceScope('L81015' as OdsCode);
const ubrn = '000049001017' as Ubrn;
const other = '000049001025' as Ubrn;

const wish = (ordinal: number): Wish => ({
  ref: { service: 'RA7.skin' as ServiceId, ordinal, start: 1_800_000_000_000 + ordinal, print: '0000000a' },
  minutes: 20,
  clinician: '',
  mode: 'inPerson',
});
const ordinals = (draft: { readonly choices: readonly Wish[] }) =>
  draft.choices.map(({ ref }) => ref.ordinal);

class Kept implements Storage {
  [key: string]: unknown;
  get length() {
    return Object.keys(this).length;
  }
  clear() {
    for (const key of Object.keys(this)) delete this[key];
  }
  getItem(key: string) {
    return (this[key] as string | undefined) ?? null;
  }
  key(index: number) {
    return Object.keys(this)[index] ?? null;
  }
  removeItem(key: string) {
    delete this[key];
  }
  setItem(key: string, text: string) {
    this[key] = text;
  }
}

beforeEach(() => vi.stubGlobal('sessionStorage', new Kept()));

test('choices keep their order through a reload, each referral and each purpose for itself', () => {
  const draft = openDraft(scope, ubrn, 'book');
  for (const ordinal of [1, 2, 3]) draft.toggle(wish(ordinal));
  draft.shift(2, -1);
  draft.toggle(wish(1));
  expect(ordinals(openDraft(scope, ubrn, 'book'))).toEqual([3, 2]);
  expect(ordinals(openDraft(scope, other, 'book'))).toEqual([]);
  expect(ordinals(openDraft(scope, ubrn, 'some-appointment'))).toEqual([]);
});

test('no more than one request may name', () => {
  const draft = openDraft(scope, ubrn, 'book');
  for (let ordinal = 0; ordinal <= choicesMax; ordinal += 1) draft.toggle(wish(ordinal));
  expect(draft.choices).toHaveLength(choicesMax);
  expect(draft.isFull).toBe(true);
  draft.shift(0, -1);
  expect(ordinals(draft)[0]).toBe(0);
});

test('one time chosen from a card takes the place of whatever was begun', () => {
  const draft = openDraft(scope, ubrn, 'book');
  for (const ordinal of [1, 2]) draft.toggle(wish(ordinal));
  openDraft(scope, ubrn, 'book').only(wish(7));
  expect(ordinals(openDraft(scope, ubrn, 'book'))).toEqual([7]);
});

test('a time that has begun is let go', () => {
  const draft = openDraft(scope, ubrn, 'book');
  draft.toggle(wish(1));
  draft.toggle(wish(5));
  draft.dropPast(wish(1).ref.start);
  expect(ordinals(openDraft(scope, ubrn, 'book'))).toEqual([5]);
});

test('signing out forgets this desk and no other', () => {
  const patient = patientScope(ubrn);
  openDraft(scope, ubrn, 'book').toggle(wish(1));
  openDraft(patient, ubrn, 'book').toggle(wish(2));
  forgetDrafts(scope);
  expect(ordinals(openDraft(scope, ubrn, 'book'))).toEqual([]);
  expect(ordinals(openDraft(patient, ubrn, 'book'))).toEqual([2]);
});

test('what was kept and cannot be read is as good as nothing, and a full store loses only the reload', () => {
  sessionStorage.setItem(`holdfast:choices:${scope}:${ubrn}:book`, '[{"ref":"?"}]');
  expect(ordinals(openDraft(scope, ubrn, 'book'))).toEqual([]);
  sessionStorage.setItem(`holdfast:choices:${scope}:${ubrn}:book`, 'not json');
  const draft = openDraft(scope, ubrn, 'book');
  vi.spyOn(sessionStorage, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  draft.toggle(wish(4));
  expect(ordinals(draft)).toEqual([4]);
});

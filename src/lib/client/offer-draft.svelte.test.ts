import { beforeEach, expect, test, vi } from 'vitest';
import type { OdsCode } from '#lib/domain/ids.ts';
import { offerOf, shortlistMax } from '#lib/domain/referral.ts';
import { practiceScope } from '#lib/domain/scope.ts';
import { aReferral, claimIdOf, serviceIdOf } from '#lib/domain/testing/samples.ts';
import { forgetDrafts } from './draft.svelte.ts';
import { openOfferDraft } from './offer-draft.svelte.ts';

const scope = practiceScope('L81015' as OdsCode);
const stands = offerOf(aReferral(1));

beforeEach(() => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      kept.set(key, text);
      Object.assign(storage, { [key]: text });
    },
    removeItem: (key: string) => {
      kept.delete(key);
      Reflect.deleteProperty(storage, key);
    },
  };
  vi.stubGlobal('sessionStorage', storage);
});

test('what was entered survives a reload, and goes when the person signs out', () => {
  const draft = openOfferDraft(scope, 'refer:1');
  draft.specialty = 'Surgery';
  draft.clinicType = 'Hernias';
  draft.priority = 'urgent';
  draft.toggle(serviceIdOf(2));
  draft.toggle(serviceIdOf(1));
  const again = openOfferDraft(scope, 'refer:1');
  expect([again.specialty, again.clinicType, again.priority]).toEqual(['Surgery', 'Hernias', 'urgent']);
  expect(again.shortlist).toEqual([serviceIdOf(2), serviceIdOf(1)]);
  expect(openOfferDraft(scope, 'refer:2').specialty).toBe('');
  forgetDrafts(scope);
  expect(openOfferDraft(scope, 'refer:1').specialty).toBe('');
});

test('another specialty takes the clinic type with it; another priority the choice that went with the old one', () => {
  const draft = openOfferDraft(scope, 'change:1', stands);
  draft.choice = 'anywhere';
  draft.priority = 'TWO_WEEK_WAIT';
  expect(draft.choice).toBeNull();
  draft.specialty = 'Surgery';
  expect(draft.clinicType).toBe('Hernias');
  draft.specialty = 'Dermatology';
  expect(draft.clinicType).toBe('');
});

test('no more hospitals than a referral may be offered', () => {
  const draft = openOfferDraft(scope, 'refer:1');
  for (let n = 1; n <= shortlistMax + 1; n += 1) draft.toggle(serviceIdOf(n));
  expect(draft.shortlist).toHaveLength(shortlistMax);
  expect(draft.isFull).toBe(true);
  draft.toggle(serviceIdOf(1));
  expect(draft.isFull).toBe(false);
});

test('what the person saw is kept with the change that they make of it, through a reload', () => {
  openOfferDraft(scope, 'change:1', stands).priority = 'urgent';
  const now = { ...stands, clinicType: 'Gallstones' };
  const again = openOfferDraft(scope, 'change:1', now);
  expect(again.seen).toEqual(stands);
  expect(again.priority).toBe('urgent');
  again.askedBy = claimIdOf(1);
  again.keepOver(now);
  expect([again.seen?.clinicType, again.clinicType, again.priority]).toEqual([
    'Gallstones',
    'Hernias',
    'urgent',
  ]);
  expect(again.askedBy).toBeNull();
  again.startFrom(now, now);
  expect([again.clinicType, again.priority]).toEqual(['Gallstones', 'routine']);
});

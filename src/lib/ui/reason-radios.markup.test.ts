/** Who reads what is written beside a reason is said where it is written. */
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { OfferedReason } from './reason-form.svelte.ts';
import ReasonRadios from './ReasonRadios.svelte';

const reasons: readonly OfferedReason[] = [
  { code: 'A', display: 'Other', plainWords: 'Another reason', needsComment: true },
  { code: 'B', display: 'Ill', plainWords: 'I’m ill', needsComment: false },
];

const shown = (code: string, reader: 'staff' | 'patient', isRestricted = false) =>
  render(ReasonRadios, {
    props: { legend: 'Why?', reasons, reader, code, comment: '', isRestricted },
  }).body;

test('a reason that needs words says who reads them; of a restricted patient, what not to write', () => {
  expect(shown('A', 'staff')).toContain('Your practice reads this. The patient and the hospital do not.');
  expect(shown('A', 'patient')).toContain('Your GP practice reads this. The hospital does not.');
  expect(shown('A', 'staff')).not.toContain('Write neither name nor place.');
  expect(shown('A', 'staff', true)).toContain('Write neither name nor place.');
});

test('one that needs none asks for none', () => {
  expect(shown('B', 'staff', true)).not.toContain('Say a little more');
  expect(shown('', 'staff')).not.toContain('Say a little more');
});

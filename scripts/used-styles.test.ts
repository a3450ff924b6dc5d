// What a screen names must come through, however it names it; what nobody names must not.
import { expect, test } from 'vitest';
import { withoutUnused } from './used-styles.ts';

const sheet = [
  '.nhsuk-button{color:red}',
  '.nhsuk-button--secondary:hover{color:blue}',
  '.nhsuk-tag--red{color:red}',
  '.nhsuk-input--width-5{width:5ex}',
  '.nhsuk-card{margin:0}',
  '.nhsuk-card .nhsuk-button{margin:0}',
  'p{margin:0}',
  'table{margin:0}',
].join('');

test('classes written out, put together and switched on stay; those of no screen go', async () => {
  const css = await withoutUnused(sheet, [
    '<p class="nhsuk-tag nhsuk-tag--{colour}">x</p>',
    '<button class="nhsuk-button" class:nhsuk-button--secondary={isCalm}></button>',
    'const width = `nhsuk-input--width-${chars}`;',
  ]);
  expect(css).toContain('.nhsuk-button{');
  expect(css).toContain('.nhsuk-button--secondary:hover');
  expect(css).toContain('.nhsuk-tag--red');
  expect(css).toContain('.nhsuk-input--width-5');
  expect(css).toContain('p{');
  expect(css).not.toContain('card');
  expect(css).not.toContain('table');
});

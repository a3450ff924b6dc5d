/** Names for invented people, by the shares of the 2021 Census and, where a list is long enough, by the fashion of their year. */
import type { Chance } from './chance.ts';
import { nameGroups, type NameGroup } from './tables.ts';

/** Lists of at least so many names run from the oldest bearers to the youngest. */
const datedFrom = 30;
/** Namesakes of one age: a stretch of the list. */
const stretch = 14;
const oldest = 90;

export function nameGroupOf(chance: Chance): NameGroup {
  const group = chance.weighted(nameGroups(), ({ weight }) => weight);
  if (!group) throw new Error('the table of names has no weights');
  return group;
}

export function givenNames(group: NameGroup, sex: 'female' | 'male', age: number): readonly string[] {
  const names = group[sex];
  if (names.length < datedFrom) return names;
  const from = Math.round((1 - Math.min(age, oldest) / oldest) * (names.length - stretch));
  return names.slice(from, from + stretch);
}

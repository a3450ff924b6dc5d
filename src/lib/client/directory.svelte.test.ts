import { expect, test } from 'vitest';
import { aReferral, aService, monday } from '#lib/domain/testing/samples.ts';
import { kindsFor } from './directory.svelte.ts';

const { patient } = aReferral(1);

test('what can be asked for: each kind once, by its words, with every priority that some hospital takes it at', () => {
  const services = [
    aService(1, { specialty: 'Surgery', clinicTypes: ['Hernias', 'Gallstones'], priorities: ['routine'] }),
    aService(2, { specialty: 'Surgery', clinicTypes: ['Hernias'], priorities: ['urgent', 'routine'] }),
    aService(3, { specialty: 'Skin', clinicTypes: ['Moles'], priorities: ['TWO_WEEK_WAIT'] }),
  ];
  expect(kindsFor(services, patient, monday)).toEqual([
    { specialty: 'Skin', clinicType: 'Moles', priorities: ['TWO_WEEK_WAIT'] },
    { specialty: 'Surgery', clinicType: 'Gallstones', priorities: ['routine'] },
    { specialty: 'Surgery', clinicType: 'Hernias', priorities: ['urgent', 'routine'] },
  ]);
});

test('nothing is offered that no hospital does for a patient of this age and sex', () => {
  const services = [
    aService(1, { clinicTypes: ['For men'], sex: 'male' }),
    aService(2, { clinicTypes: ['For children'], ageFrom: 0, ageTo: 17 }),
    aService(3, { clinicTypes: ['For her'], sex: 'female' }),
  ];
  expect(kindsFor(services, patient, monday).map(({ clinicType }) => clinicType)).toEqual(['For her']);
});

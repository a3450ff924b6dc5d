/**
 * A kept table: e-RS's 56 specialties in plain English, with their RTT group (the published waits are by group),
 * the share of a mixed group that is theirs (an estimate), whom they see, and whether the name would reveal
 * more than the patient was told.
 */
export interface SpecialtyRow {
  readonly code: string;
  readonly slug: string;
  readonly name: string;
  /** '' where NHS England publishes no waits for it. */
  readonly group: string;
  /** Per cent of the group's referrals. */
  readonly share: number;
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly sex: 'female' | 'male' | '';
  readonly sensitive: boolean;
}

const anyAge = [0, 130] as const;
const adult = [16, 130] as const;
const child = [0, 15] as const;

type Ages = readonly [number, number];
const row = (
  code: string,
  slug: string,
  name: string,
  group: string,
  share: number,
  ages: Ages,
  mark = '',
): SpecialtyRow => ({
  code,
  slug,
  name,
  group,
  share,
  ageFrom: ages[0],
  ageTo: ages[1],
  sex: mark.includes('female') ? 'female' : '',
  sensitive: mark.includes('sensitive'),
});

// prettier-ignore
export const specialtyRows: readonly SpecialtyRow[] = [
  row('2WW', '2ww', 'Urgent suspected cancer', '', 0, anyAge, 'sensitive'),
  row('ALLERGY', 'allergy', 'Allergy', 'X02', 3, anyAge),
  row('CARDIOLOGY', 'cardiology', 'Cardiology (heart)', 'C_320', 100, adult),
  row('CHILDRENS_ADOLESCENT_SERVICES', 'children', "Children's and young people's services", 'X04', 100, child),
  row('COMMUNITY_HEALTHCARE', 'community', 'Community healthcare', '', 0, anyAge),
  row('COMPLEMENTARY_MEDICINE', 'complementary', 'Complementary medicine', '', 0, adult),
  row('DENTISTRY_AND_ORTHODONTICS', 'dentistry', 'Dentistry and orthodontics', 'X05', 12, anyAge),
  row('DERMATOLOGY', 'dermatology', 'Dermatology (skin)', 'C_330', 100, anyAge),
  row('DIABETIC_MEDICINE', 'diabetes', 'Diabetes', 'X02', 10, adult),
  row('DIAGNOSTIC_ENDOSCOPY', 'endoscopy', 'Endoscopy tests', 'C_301', 25, adult),
  row('DIAGNOSTIC_IMAGING', 'imaging', 'Scans and X-rays', 'X06', 14, anyAge),
  row('DIAGNOSTIC_PATHOLOGY', 'pathology', 'Blood tests', '', 0, anyAge),
  row('DIAGNOSTIC_PHYSIOLOGICAL_MEASUREMENT', 'physiology', 'Hearing, heart and lung tests', 'X06', 20, adult),
  row('DIETETICS', 'dietetics', 'Dietetics (food and nutrition)', 'X06', 9, adult),
  row('EAR_NOSE_THROAT', 'ent', 'Ear, nose and throat', 'C_120', 100, anyAge),
  row('ENDOCRINOLOGY_AND_METABOLIC_MEDICINE', 'endocrinology', 'Endocrinology (hormones)', 'X02', 14, adult),
  row('GENERAL_MEDICINE', 'medicine', 'General medicine', 'C_300', 100, adult),
  row('GENETICS', 'genetics', 'Clinical genetics', 'X02', 3, anyAge, 'sensitive'),
  row('GENITO_URINARY_MEDICINE', 'gum', 'Genitourinary medicine', 'X02', 2, adult, 'sensitive'),
  row('GERIATRIC_MEDICINE', 'elderly', "Older people's medicine", 'C_430', 100, [65, 130]),
  row('GI_AND_LIVER_MEDICINE_AND_SURGERY', 'gastro', 'Stomach, bowel and liver', 'C_301', 75, adult),
  row('GYNAECOLOGY', 'gynaecology', 'Gynaecology', 'C_502', 100, adult, 'female'),
  row('HAEMATOLOGY', 'haematology', 'Haematology (blood)', 'X02', 14, adult),
  row('HEALTH_PROMOTION', 'promotion', 'Health promotion', '', 0, adult),
  row('IMMUNOLOGY', 'immunology', 'Immunology', 'X02', 2, adult),
  row('INFECTIOUS_DISEASES', 'infectious', 'Infectious diseases', 'X02', 3, adult, 'sensitive'),
  row('INTERVENTIONAL_RADIOLOGY_1', 'radiology', 'Interventional radiology', 'X06', 3, adult),
  row('LEARNING_DISABILITIES', 'learning', 'Learning disabilities', 'X03', 20, adult, 'sensitive'),
  row('MEDICATION_AND_PHARMACY', 'pharmacy', 'Medicines and pharmacy', '', 0, adult),
  row('MENTAL_HEALTH_ADULTS_OF_ALL_AGES', 'mental', 'Mental health, adults', 'X03', 50, [18, 130], 'sensitive'),
  row('MENTAL_HEALTH_CHILD_AND_ADOLESCENT', 'camhs', 'Mental health, children and young people', 'X03', 30, [0, 17], 'sensitive'),
  row('NEPHROLOGY', 'nephrology', 'Nephrology (kidneys)', 'X02', 9, adult),
  row('NEUROLOGY', 'neurology', 'Neurology (brain and nerves)', 'C_400', 100, adult),
  row('NEUROSURGERY', 'neurosurgery', 'Neurosurgery', 'C_150', 100, adult),
  row('OBSTETRICS', 'obstetrics', 'Obstetrics', 'X06', 5, [13, 60], 'female sensitive'),
  row('OCCUPATIONAL_THERAPY', 'occupational', 'Occupational therapy', 'X06', 4, adult),
  row('OPHTHALMOLOGY', 'ophthalmology', 'Ophthalmology (eyes)', 'C_130', 100, anyAge),
  row('ORAL_AND_MAXILLOFACIAL_SURGERY', 'oral', 'Mouth, jaw and face surgery', 'C_140', 100, anyAge),
  row('ORTHOPAEDICS', 'orthopaedics', 'Orthopaedics (bones and joints)', 'C_110', 100, anyAge),
  row('ORTHOTICS_AND_PROSTHETICS', 'orthotics', 'Orthotics and prosthetics', 'X06', 7, anyAge),
  row('PAIN_MANAGEMENT', 'pain', 'Pain management', 'X05', 14, adult),
  row('PALLIATIVE_MEDICINE', 'palliative', 'Palliative medicine', 'X02', 2, adult, 'sensitive'),
  row('PHYSIOTHERAPY', 'physiotherapy', 'Physiotherapy', 'X06', 20, adult),
  row('PODIATRY', 'podiatry', 'Podiatry (feet)', 'X06', 9, adult),
  row('REHABILITATION', 'rehabilitation', 'Rehabilitation', 'X02', 3, adult),
  row('RESPIRATORY_MEDICINE', 'respiratory', 'Respiratory medicine (lungs)', 'C_340', 100, adult),
  row('RHEUMATOLOGY', 'rheumatology', 'Rheumatology (joints)', 'C_410', 100, adult),
  row('SLEEP_MEDICINE', 'sleep', 'Sleep medicine', 'X02', 5, adult),
  row('SPEECH_AND_LANGUAGE_THERAPY', 'speech', 'Speech and language therapy', 'X06', 4, adult),
  row('SPORTS_AND_EXERCISE_MEDICINE', 'sports', 'Sports and exercise medicine', 'X02', 2, adult),
  row('SURGERY_BREAST', 'breast', 'Breast surgery', 'X05', 34, adult, 'sensitive'),
  row('SURGERY_CARDIOTHORACIC', 'cardiothoracic', 'Heart and chest surgery', 'C_170', 100, adult),
  row('SURGERY_NOT_OTHERWISE_SPECIFIED', 'surgery', 'General surgery', 'C_100', 100, adult),
  row('SURGERY_PLASTIC', 'plastic', 'Plastic surgery', 'C_160', 100, anyAge),
  row('SURGERY_VASCULAR', 'vascular', 'Vascular surgery (arteries and veins)', 'X05', 16, adult),
  row('UROLOGY', 'urology', 'Urology', 'C_101', 100, adult),
];

export const sensitiveName = 'Hospital specialist appointment';

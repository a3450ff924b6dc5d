/** A kept table and a few rules: what each active clinic type is called in plain English, for whom, how often. */
import type { Row } from './csv.ts';
import { need } from './csv.ts';
import type { SpecialtyRow } from './specialties.ts';

export interface ClinicTypeRow {
  readonly code: string;
  readonly specialty: string;
  readonly name: string;
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly sex: 'female' | 'male' | '';
  readonly sensitive: boolean;
  /** Out of all referrals to the specialty, relative. 1 marks the rare ones, seen at a specialty's main site alone. */
  readonly weight: number;
}

/** "Falls - see Geriatric Medicine" is a signpost in e-RS's list, not a clinic. */
export const isSignpost = (display: string) => /-\s*see\s/i.test(display);
export const isActive = (row: Row) => need(row, 'effective_to') === '';

export function clinicTypeRow(row: Row, specialty: SpecialtyRow): ClinicTypeRow {
  const code = need(row, 'code');
  const display = need(row, 'display');
  const name = names[code] ?? names[display] ?? plain(display);
  const text = `${display} ${name}`;
  const [ageFrom, ageTo] = ages[code] ?? [specialty.ageFrom, specialty.ageTo];
  return {
    code,
    specialty: specialty.code,
    name,
    ageFrom,
    ageTo,
    sex: specialty.sex !== '' ? specialty.sex : female.test(text) ? 'female' : male.test(text) ? 'male' : '',
    sensitive: specialty.sensitive || sensitive.test(text),
    weight: weights[code] ?? (rare.test(text) ? 1 : 10),
  };
}

/** Sentence case, keeping acronyms; slashes with room to breathe. */
function plain(display: string): string {
  const text = display
    .replace(/\s*\/\s*/g, ' or ')
    .replace(/\bincl\b/g, 'including')
    .replace(/\bexcl\b/g, 'not')
    .replace(/ & /g, ' and ');
  return text
    .split(' ')
    .map((word, i) =>
      /^\(?[A-Z0-9]{2,}\)?$/.test(word) ? word : i === 0 ? sentence(word) : word.toLowerCase(),
    )
    .join(' ');
}

const sentence = (word: string) => word.slice(0, 1) + word.slice(1).toLowerCase();

const female = /gynae|pregnan|matern|natal|menopaus|menstrua|miscarriage|vulva|perineal|obstet|women/i;
const male = /vasectomy|erectile|male infertil|prostate|male genital/i;
const sensitive =
  /2WW|cancer|oncology|carcinoma|tumour|pregnan|natal|miscarriage|family planning|infertil|psychosexual|sexual|colposcopy|vulva|genital|perineal|vasectomy|erectile|HIV|tubercul|hepatitis|drug|alcohol|self harm|\beating|psych|memory|cognitive|continence|palliative|genetic|learning disab/i;
const rare =
  /genetic|congenital|cystic fibrosis|HIV|tropical|craniofacial|deformity|limb deformity|oncology|already diagnosed|prosthetics|burns|malformation|metabolic disorders|haemoglobin|immunodef|fetal|foetal|neuro-oph|occupational lung|tumour ablation|nuclear|intravenous|laser|cosmetic/i;

const ages: Readonly<Record<string, readonly [number, number]>> = {
  '2WW_CHILDREN_AND_YOUNG_PEOPLE': [0, 15],
  ...Object.fromEntries(
    'BONE BRAIN BREAST CANCER_OF_UNKNOWN_PRIMARY GYNAECOLOGY HAEMATOLOGY HEAD_AND_NECK LOWER_GI LUNG NON_SPECIFIC_SYMPTOMS SARCOMA SKIN UPPER_GI UROLOGY'
      .split(' ')
      .map((part) => [`2WW_${part}`, [16, 130] as const]),
  ),
  GYNAECOLOGY: [10, 15],
  GYNAECOLOGY_PREGNANCY_ADVICE: [12, 15],
  MENOPAUSE: [35, 70],
  POST_MENOPAUSAL_BLEEDING: [45, 130],
  COLPOSCOPY: [24, 70],
  INFERTILITY: [18, 50],
  RECURRENT_MISCARRIAGE: [16, 50],
  EARLY_PREGNANCY_ASSESSMENT: [16, 50],
  PREGNANCY_ADVISORY_SERVICE: [16, 55],
  PREGNANCY_AND_MATERNAL: [16, 50],
  ENDOCRINE_PREGNANCY_1: [16, 50],
  OBSTETRIC_PHYSIOTHERAPY: [16, 50],
  FAMILY_PLANNING: [16, 55],
  VASECTOMY: [25, 70],
  MAMMOPLASTY: [18, 130],
  GYNAECOLOGY_AND_PERINEAL_RECONSTRUCTION: [16, 130],
  VULVAL_SKIN_DISORDERS: [16, 130],
  MALE_GENITAL_SKIN_DISORDERS: [16, 130],
  MALE_INFERTILITY: [18, 60],
  PROSTATE: [40, 130],
  CATARACT: [50, 130],
  MEMORY_PROBLEMS: [50, 130],
  PERI_AND_POST_NATAL_ISSUES: [18, 50],
  VASCULAR_AORTIC_ANEURYSM_ASSESSMENT: [60, 130],
  LASER_YAG_CAPSULOTOMY: [50, 130],
};

const weights: Readonly<Record<string, number>> = {
  CATARACT: 60,
  GENETICS_2: 10,
  GLAUCOMA: 25,
  KNEE: 40,
  HIP: 25,
  HAND_AND_WRIST: 30,
  SHOULDER_AND_ELBOW: 30,
  FOOT_AND_ANKLE: 20,
  SPINE_BACK_PAIN_NOT_SCOLIOSIS_DEFORM: 20,
  MUSCULOSKELETAL_1: 40,
  HERNIAS: 30,
  LUMPS_AND_BUMPS: 20,
  RAPID_ACCESS_CHEST_PAIN_INC_EXERCISE_ECG: 25,
  ARRHYTHMIA: 20,
  NOSE_SINUS: 20,
  EAR: 25,
  MENSTRUAL_DISORDERS: 25,
  UROGYNAECOLOGY_PROLAPSE: 18,
  HEADACHE: 20,
  UPPER_GI_INCL_DYSPEPSIA: 20,
  LOWER_GI_MEDICAL_EXCL_IBD: 20,
  AUDIOLOGY_HEARING_ASSESS_REASSESS: 60,
  '2WW_SKIN': 40,
  '2WW_BREAST': 35,
  '2WW_LOWER_GI': 40,
  '2WW_GYNAECOLOGY': 20,
  '2WW_UROLOGY': 22,
  '2WW_HEAD_AND_NECK': 18,
  '2WW_UPPER_GI': 16,
  '2WW_BONE': 1,
  '2WW_SARCOMA': 1,
  '2WW_CANCER_OF_UNKNOWN_PRIMARY': 1,
};

/** By code first, then by e-RS's display. */
const names: Readonly<Record<string, string>> = {
  '2WW_BONE': 'Urgent suspected cancer: bone',
  '2WW_BRAIN': 'Urgent suspected cancer: brain',
  '2WW_BREAST': 'Urgent suspected cancer: breast',
  '2WW_CANCER_OF_UNKNOWN_PRIMARY': 'Urgent suspected cancer: origin unknown',
  '2WW_CHILDREN_AND_YOUNG_PEOPLE': 'Urgent suspected cancer: children and young people',
  '2WW_GYNAECOLOGY': 'Urgent suspected cancer: gynaecology',
  '2WW_HAEMATOLOGY': 'Urgent suspected cancer: blood',
  '2WW_HEAD_AND_NECK': 'Urgent suspected cancer: head and neck',
  '2WW_LOWER_GI': 'Urgent suspected cancer: bowel',
  '2WW_LUNG': 'Urgent suspected cancer: lung',
  '2WW_SARCOMA': 'Urgent suspected cancer: sarcoma',
  '2WW_SKIN': 'Urgent suspected cancer: skin',
  '2WW_UPPER_GI': 'Urgent suspected cancer: gullet, stomach, liver and pancreas',
  '2WW_UROLOGY': 'Urgent suspected cancer: urology',
  '2WW_NON_SPECIFIC_SYMPTOMS': 'Urgent suspected cancer: non-specific symptoms',
  'Not Otherwise Specified': 'General',
  'Oncology (Established Diagnosis)': 'Cancer already diagnosed',
  'Oncology (established diagnosis)': 'Cancer already diagnosed',
  ONCOLOGY_ESTABLISHED_DIAGNOSIS_NON_2WW: 'Cancer already diagnosed',
  ALLERGY_1: 'Allergy',
  ENT: 'Ear, nose and throat',
  OPHTHAL_NOT_OTHERWISE_SPECIFIED: 'Eyes, general',
  OPHTHAL_ORTHOPTICS: 'Eyes, orthoptics',
  OPHTHAL_STRABISMUS_OCULAR_MOTILITY: 'Eyes, squint and eye movement',
  GYNAECOLOGY_PREGNANCY_ADVICE: 'Gynaecology, pregnancy advice',
  SURGERY_NOT_OTHERWISE_SPECIFIED: 'Surgery, general',
  COMMUNITY_PAEDIATRIC: 'Community paediatrics',
  WOMENNULLS_HEALTH: "Women's health",
  RAPID_ACCESS_CHEST_PAIN_INC_EXERCISE_ECG: 'Rapid access chest pain',
  AUDIOLOGY_HEARING_ASSESS_REASSESS: 'Hearing test',
  CARDIAC_PHYSIOLOGY_BP_MONITORING: 'Blood pressure monitoring',
  CARDIAC_PHYSIOLOGY_ECG: 'ECG (heart tracing)',
  CARDIAC_PHYSIOLOGY_ECHOCARDIOGRAM: 'Echocardiogram (heart scan)',
  GI_PHYSIOLOGY_UREA_BREATH_TEST: 'Urea breath test',
  NEUROPHYSIOLOGY_EEG_ROUTINE: 'EEG (brain tracing), routine',
  NEUROPHYSIOLOGY_NERVE_CONDUCTION_STUDIES: 'Nerve conduction studies',
  RESPIRATORY_BLOOD_GAS_ANALYSIS: 'Blood gas analysis',
  RESPIRATORY_FULL_LUNG_FUNCTION: 'Full lung function',
  RESPIRATORY_OXYGEN_ASSESSMENT: 'Oxygen assessment',
  RESPIRATORY_SLEEP_APNOEA_SCREENING: 'Sleep apnoea screening',
  URODYNAMICS_FREE_FLOW_RESIDUAL_URINE: 'Urine flow and residual urine',
  VASCULAR_ABPI_MEASUREMENT: 'ABPI measurement (leg circulation)',
  VASCULAR_AORTIC_ANEURYSM_ASSESSMENT: 'Aortic aneurysm assessment',
  BONE_DENSITY_SCAN_DEXA: 'Bone density scan (DEXA)',
  INTRAVENOUS_UROGRAM_IVU: 'Intravenous urogram (IVU)',
  X_RAY_PLAIN_FILM: 'X-ray',
  CT: 'CT scan',
  MRI: 'MRI scan',
  TRANSIENT_ISCHEMIC_ATTACK: 'Transient ischaemic attack (TIA)',
  TRANSIENT_ISCHAEMIC_ATTACK: 'Transient ischaemic attack (TIA)',
  GENITO_URINARY_MEDICINE: 'Genitourinary medicine',
  LOWER_GI_MEDICAL_EXCL_IBD: 'Lower bowel, medical (not IBD)',
  UPPER_GI_INCL_DYSPEPSIA: 'Upper bowel, with indigestion',
  POST_MENOPAUSAL_BLEEDING: 'Bleeding after the menopause',
  ANTI_COAGULANT: 'Anticoagulation',
  VIRAL_HEPATITIS_NOT_HEP_A: 'Viral hepatitis (not hepatitis A)',
  PERI_AND_POST_NATAL_ISSUES: 'Perinatal and postnatal',
  ANXIETY_DEPRESSION_STRESS_MILD_MODERATE: 'Anxiety, depression or stress: mild or moderate',
  ANXIETY_DEPRESSION_STRESS_MILD_MODERATE_1: 'Anxiety, depression or stress: mild or moderate',
  ANXIETY_DEPRESSION_STRESS_SEVERE: 'Anxiety, depression or stress: severe',
  ANXIETY_DEPRESSION_STRESS_SEVERE_2: 'Anxiety, depression or stress: severe',
  NEUROINFLAMMATION_MULTIPLE_SCLEROSIS: 'Neuroinflammation and multiple sclerosis',
  PARKINSONS_MOVEMENT_DISORDERS: "Parkinson's and movement disorders",
  MATERNAL_FOETAL_RISK: 'Risk to mother or baby',
  OCULOPLASTICS_ORBITS_LACRIMAL: 'Eyelids, orbits and tear ducts',
  VITREORETINAL: 'Vitreoretinal',
  HEAD_AND_NECK_LUMPS_NOT_2WW: 'Head and neck lumps (cancer not suspected)',
  HAEMATURIA_NOT_2WW: 'Blood in the urine (cancer not suspected)',
  FH_OF_BREAST_CANCER_NON_2WW: 'Family history of breast cancer',
  MAMMOPLASTY_NON_2WW: 'Mammoplasty (cancer not suspected)',
  OTHER_SYMPTOMATIC_BREAST_2WW: 'Breast symptoms (cancer not suspected)',
  FRACTURE_NON_EMERGENCY: 'Fracture, not an emergency',
  SPINE_BACK_PAIN_NOT_SCOLIOSIS_DEFORM: 'Back pain',
  SPINE_NECK_PAIN: 'Neck pain',
  SPINE_SCOLIOSIS_AND_DEFORMITY: 'Scoliosis and spinal deformity',
  IN_CONTINENCE: 'Continence',
  ERECTILE_DYSFUNCTION_ANDROLOGY: 'Erectile dysfunction and andrology',
  URINARY_CALCULUS: 'Kidney and bladder stones',
  THROAT_INCL_VOICE_SWALLOWING: 'Throat, voice and swallowing',
  SNORING_NOT_SLEEP_APNOEA: 'Snoring (not sleep apnoea)',
  PODIATRIC_MSK_INCL_RHEUMATOLOGY: 'Foot joints and muscles',
  PODIATRIC_SURGERY_EXCL_NAIL_SURGERY: 'Foot surgery (not nails)',
  SLEEP_APNOEA_SLEEP_DISORDERED_BREATHING: 'Sleep apnoea and disordered breathing',
};

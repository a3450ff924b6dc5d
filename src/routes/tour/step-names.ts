export const stepNames = [
  'Sign in',
  'Open a referral',
  'Unplug',
  'Ask for two times, lose the first',
  'Plug in again',
] as const;

// How the screens say a time, from the runtime's own tables of zones: another way to it than the app's.
const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});

function part(at: number, type: Intl.DateTimeFormatPartTypes): string {
  return parts.formatToParts(at).find((one) => one.type === type)?.value ?? '';
}

/** "Thursday 6 August 2026" */
export const ukDay = (at: number) =>
  ['weekday', 'day', 'month', 'year'].map((type) => part(at, type as 'day')).join(' ');

/** "5:30pm", "9am", "midday" */
export function ukClock(at: number): string {
  const hour = Number(part(at, 'hour'));
  const minute = part(at, 'minute');
  if (minute === '00' && hour === 12) return 'midday';
  if (minute === '00' && hour === 0) return 'midnight';
  return `${hour % 12 || 12}${minute === '00' ? '' : `:${minute}`}${hour < 12 ? 'am' : 'pm'}`;
}

/** "Thursday 6 August 2026, 5:30pm" */
export const ukSentence = (at: number) => `${ukDay(at)}, ${ukClock(at)}`;

/** "2026-08-06" */
export const ukDate = (at: number) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(at);

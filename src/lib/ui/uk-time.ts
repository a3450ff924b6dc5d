/** UK time as text, with "UK time" behind it wherever the device's own clock shows another. */
import {
  formatDate,
  formatInstant,
  formatTime,
  isSummerTime,
  localDate,
  type Instant,
} from '#lib/domain/instant.ts';

/** Is the device's wall clock another than the UK's at that instant? */
export function differsFromUk(at: Instant): boolean {
  return -new Date(at).getTimezoneOffset() !== (isSummerTime(at) ? 60 : 0);
}

const marked = (text: string, at: Instant) => (differsFromUk(at) ? `${text} UK time` : text);

/** "Thursday 6 August 2026, 5:30pm" */
export const dayAndTime = (at: Instant) => marked(formatInstant(at), at);

/** "5:30pm" */
export const clock = (at: Instant) => marked(formatTime(at), at);

/** "2:02pm" for today's, else "2:02pm on Thursday 6 August 2026". */
export function clockOrDay(at: Instant, now: Instant): string {
  return localDate(at) === localDate(now) ? clock(at) : `${clock(at)} on ${formatDate(at)}`;
}

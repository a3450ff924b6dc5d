/** One line of JSON an event. Codes, counts, routes and times; never what a person typed or who a patient is. */
import type { Instant } from '#lib/domain/instant.ts';

export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

export function logTo(write: (line: string) => void, clock: () => Instant): Log {
  return (level, event, fields = {}) =>
    write(JSON.stringify({ at: new Date(clock()).toISOString(), level, event, ...fields }));
}

/**
 * What may be said of an error. A parser's message quotes its input and ours may name a reference, so long numbers and
 * quoted text are masked; the stack says where.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return {
    error: error.name,
    code: (error as { code?: string }).code,
    message: error instanceof SyntaxError ? undefined : masked(error.message),
    stack: frames
      .slice(0, 8)
      .map((line) => line.trim())
      .join(' | '),
  };
}

function masked(text: string): string {
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replace(/\d[\d -]{4,}\d/g, '#')
    .slice(0, 200);
}

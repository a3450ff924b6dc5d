/** One line of JSON an event. Codes, counts, routes and times; never what a person typed or who a patient is. */
import type { Instant } from '#lib/domain/instant.ts';

export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

export function logTo(write: (line: string) => void, clock: () => Instant): Log {
  return (level, event, fields = {}) =>
    write(JSON.stringify({ at: new Date(clock()).toISOString(), level, event, ...fields }));
}

/** What may be said of an error; the stack says where. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return {
    error: error.name,
    code: (error as { code?: string }).code,
    message: messageOf(error),
    stack: frames
      .slice(0, 8)
      .map((line) => line.trim())
      .join(' | '),
  };
}

/** The same for the end of a sentence. */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return messageOf(error) ?? error.name;
}

/** A parser's message is made of its input, and in such a way that no mask can be relied on: there the name has to do. */
function messageOf(error: Error): string | undefined {
  const isParsers = error instanceof SyntaxError || /zod/i.test(error.name);
  return isParsers ? undefined : masked(error.message);
}

/**
 * Of what was quoted and of long numbers nothing is left: a database quotes values, and our own errors name references. What is
 * quoted may hold quotes itself, so everything between the first and the last goes.
 */
function masked(text: string): string {
  return text
    .replace(/["`].*["`]|["`].*$|'.*'/s, '"…"')
    .replace(/\d[\d -]{4,}\d/g, '#')
    .slice(0, 200);
}

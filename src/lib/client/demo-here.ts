/**
 * Is the demonstration on? For pages that are there before anything is signed in to, and that must stay light: it imports
 * nothing. What was last heard by the front door is good enough where it says yes; else the server is asked.
 */
export async function isDemoHere(): Promise<boolean> {
  if (isRemembered()) return true;
  try {
    const response = await fetch('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(10_000) });
    const body = (await response.json()) as { isDemo?: unknown } | null;
    return body?.isDemo === true;
  } catch {
    return false; // Out of reach, or not our server: then nothing is promised.
  }
}

function isRemembered(): boolean {
  try {
    const memory = JSON.parse(localStorage.getItem('holdfast:sessions') ?? 'null') as {
      isDemo?: unknown;
    } | null;
    return memory?.isDemo === true;
  } catch {
    return false;
  }
}

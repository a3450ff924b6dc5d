// Zod probes `new Function` unless told not to, and that breaks the content security policy.
// This has to run before the first schema is built, so every schema imports z from here.
import * as z from 'zod/mini';

z.config({ jitless: true });

export { z };

/**
 * The one door to Zod: the small build. Without the `new Function` probe, which the content security policy forbids, unless
 * the process has asked for compiled schemas (`import 'zod/compile'` before anything else), which no page does.
 */
import * as z from 'zod/mini';

if (!z.config().postProcessor) z.config({ jitless: true });

export { z };

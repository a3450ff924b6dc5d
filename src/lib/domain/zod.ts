/** The one door to Zod: the small build, and no `new Function` probe, which the content security policy forbids. */
import * as z from 'zod/mini';

z.config({ jitless: true });

export { z };

import { castGuide, rowsGuide } from '#lib/server/demo/cast-guide.ts';
import type { PageServerLoad } from './$types';

export const prerender = true;
export const ssr = true;

/** Read while building: the page is a file like the others about the app. */
export const load: PageServerLoad = () => ({ groups: castGuide(), rows: rowsGuide() });

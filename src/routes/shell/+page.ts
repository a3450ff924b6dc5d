// The worker serves this page for every navigation: it must exist as a file and hold nothing personal.
export const prerender = true;
export const ssr = false;

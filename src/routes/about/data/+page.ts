// The attributions must be readable by anybody, with or without scripts.
export const prerender = true;
export const ssr = true;

// Nothing here depends on who reads it, so it is a file: there before any script, and for whoever has none.
export const prerender = true;
export const ssr = true;

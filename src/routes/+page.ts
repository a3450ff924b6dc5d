// The first page of a visit: a file, so that it is there before any script is.
export const prerender = true;
export const ssr = true;

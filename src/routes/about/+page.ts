// Read before anything is signed in to, and by whoever decides whether to trust it.
export const prerender = true;
export const ssr = true;

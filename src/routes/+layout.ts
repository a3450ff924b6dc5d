// Screens read the device's database alone, so there is nothing for a server to render.
export const ssr = false;

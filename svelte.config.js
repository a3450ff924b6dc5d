import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
const config = {
  kit: {
    // scripts/build.ts names the version after the sources; otherwise it is the time of the build.
    ...(process.env.HOLDFAST_VERSION ? { version: { name: process.env.HOLDFAST_VERSION } } : {}),
    adapter: adapter({ precompress: true, out: process.env.HOLDFAST_BUILD ?? 'build' }),
    files: { serviceWorker: 'service-worker' },
    // Registered by the app itself: it has to offer a new version instead of taking it.
    serviceWorker: { register: false },
    // The shell is served for every path, so its links must not be relative to one.
    paths: { relative: false },
    // The gate (server/http/gate.ts) asks of every request where it comes from, not of forms alone, and answers as a problem.
    csrf: { trustedOrigins: ['*'] },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self'],
        'style-src': ['self'],
        // The one inline style of Kit's own: its route announcer. Look again after each upgrade.
        'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        'img-src': ['self', 'data:'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'manifest-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'frame-ancestors': ['none'],
        'form-action': ['self'],
        'require-trusted-types-for': ['script'],
        'trusted-types': ['svelte-trusted-html', 'holdfast-worker'],
      },
    },
    typescript: {
      // Paths are relative to .svelte-kit. What has a tsconfig of its own is left out of the root's.
      config(generated) {
        generated.include.push('../*.config.ts');
        generated.exclude.push('../service-worker.ts', '../e2e/**');
        return generated;
      },
    },
  },
};

export default config;

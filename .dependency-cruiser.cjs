// Who may import whom: DESIGN.md's "The house", as rules. A layer's tests and contract suites are free.
const tests = '\\.test\\.ts$|contract\\.ts$|/testing/';
const lib = (...layers) => layers.map((layer) => `^src/lib/${layer}`);

/** Everything outside `allowed` is out of bounds for `layer`. */
const layer = (name, from, allowed, why) => ({
  name,
  severity: 'error',
  comment: why,
  from: { path: from, pathNot: tests },
  to: { pathNot: [...[].concat(from), ...allowed] },
});

const pages = '^src/routes/(?!api/)';
const serverEntry = '^src/routes/api/|\\+server\\.ts$|\\+(page|layout)\\.server\\.ts$';

module.exports = {
  forbidden: [
    layer('domain-is-the-root', '^src/lib/domain/', ['^node_modules/zod/'], 'the rules know nobody'),
    layer('protocol-knows-domain', '^src/lib/protocol/', lib('domain/'), 'the wire knows only the rules'),
    layer('sync-knows-protocol', '^src/lib/sync/', lib('domain/', 'protocol/'), 'the post office has no IO'),
    layer(
      'ui-knows-domain',
      '^src/lib/ui/',
      [...lib('domain/'), '^node_modules/svelte/', '^svelte(/|$)'],
      'components take props; what fetches or stores is a page',
    ),
    {
      name: 'client-never-meets-server',
      severity: 'error',
      comment: 'they share a decision (domain) and a letter (protocol)',
      from: { path: '^src/lib/client/' },
      to: { path: ['^src/lib/(server|ui)/', '^src/routes/', '^sim/', '^bench/'] },
    },
    {
      name: 'server-never-meets-client',
      severity: 'error',
      comment: 'they share a decision (domain) and a letter (protocol)',
      from: { path: '^src/lib/server/', pathNot: tests },
      to: { path: ['^src/lib/(client|ui|sync)/', '^src/routes/', '^sim/', '^bench/'] },
    },
    {
      name: 'pages-never-meet-server',
      severity: 'error',
      comment: 'a screen reads the device; only the doormen of the server know the ledger',
      from: { path: [pages, '^src/lib/ui/', '^src/hooks\\.client'], pathNot: serverEntry },
      to: { path: '^src/lib/server/' },
    },
    {
      name: 'api-knows-server',
      severity: 'error',
      comment: 'the server side has no use for what runs on the device',
      from: { path: [serverEntry, '^src/hooks\\.server'], pathNot: tests },
      to: { path: '^src/lib/(client|ui|sync)/' },
    },
    {
      name: 'worker-is-thin',
      severity: 'error',
      comment: 'policy only; Kit does not keep the server out of it, so this rule must',
      from: { path: '^service-worker\\.ts$' },
      to: { path: '^(src|sim|bench|e2e|scripts)/', pathNot: lib('sync/', 'client/(store|transport)') },
    },
    {
      name: 'sim-runs-shipped-code',
      severity: 'error',
      comment: 'plain Node, no bundler, no device and no screens',
      from: { path: '^sim/' },
      to: { path: ['^src/lib/(client|ui)/', '^src/routes/', '^(bench|chaos|e2e)/'] },
    },
    {
      name: 'e2e-is-a-black-box',
      severity: 'error',
      comment: 'the browser tests know the built app and nothing of its insides',
      from: { path: '^e2e/' },
      to: { path: '^(src|sim|bench|chaos)/' },
    },
    {
      name: 'chaos-reads-from-outside',
      severity: 'error',
      comment:
        'the built app as a black box; it shares the simulator’s oracle, and the shapes that the oracle judges',
      from: { path: '^chaos/' },
      to: {
        path: ['^(src|sim|bench|scripts)/'],
        pathNot: [...lib('domain/'), '^sim/(chance|oracle/|lanes/lane)', '^scripts/chromium'],
      },
    },
    {
      name: 'src-is-shipped',
      severity: 'error',
      comment: 'what ships does not lean on what tests it',
      from: { path: '^(src/|service-worker)', pathNot: tests },
      to: { path: ['^(sim|bench|chaos|e2e|scripts)/', tests] },
    },
    {
      name: 'zod-through-the-door',
      severity: 'error',
      comment: 'imported elsewhere it probes `new Function`, which the content security policy reports',
      from: { path: '^(src|service-worker|sim|bench|chaos)', pathNot: '^src/lib/domain/zod\\.ts$' },
      to: { path: '^node_modules/zod/' },
    },
    {
      name: 'no-kit-in-lib',
      severity: 'error',
      comment: '$app belongs to routes, hooks, the worker and composition roots',
      from: { path: '^src/lib/(domain|protocol|sync|ui)/' },
      to: { path: '^\\$' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^\\$(app|env|service-worker)', '^\\./\\$types', '/\\$types'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.svelte-kit|^build[^/]*/|^data/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'browser', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};

// Compiles rune tests for the client without a browser: `$effect` runs, and there is no document.
import type { Environment } from 'vitest/runtime';

const clientEnvironment: Environment = {
  name: 'client-node',
  viteEnvironment: 'client',
  setup: () => ({ teardown() {} }),
};

export default clientEnvironment;

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const dist = fileURLToPath(new URL('./dist', import.meta.url));

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2, minForks: 1 } },
    // A benchmark measures what is shipped: the built code, as Node itself loads it.
    ...(mode === 'benchmark' && {
      alias: [{ find: /^(?:\.\.\/)+(src|projections)\//, replacement: `${dist}/$1/` }],
      server: { deps: { external: [/\/dist\//] } },
    }),
  },
}));

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const dist = fileURLToPath(new URL('./dist', import.meta.url));

/** Playing the simulation's schedules takes longest: both files of it begin first, and the others follow them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => /\/test\/simulation\/.*-seeds\./.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2, minForks: 1 } },
    // A benchmark measures what is shipped: the built code, as Node itself loads it.
    ...(mode === 'benchmark' && {
      alias: [{ find: /^(?:\.\.\/)+(src|projections)\//, replacement: `${dist}/$1/` }],
      server: { deps: { external: [/\/dist\//] } },
    }),
  },
}));

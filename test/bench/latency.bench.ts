import { spawnSync } from 'node:child_process';
import { bench, describe } from 'vitest';
import type { StoredEvent } from '../../src/events/index.js';
import { startScenario } from '../e2e/server.js';

/**
 * `npm run bench -- latency`: from the commit of an accepted push to the start of its first command, one push after
 * the other to a real server, beside the start of a bare `node -e 0` on the machine at rest, in one run. Prints the
 * ratio of the medians; fails over the budget of 1.
 */
const rounds = 20;
const budget = 1;

const pipeline = `(local ci (require :quire.ci))
(ci.job :test [:quire/push] (fn [{: sh}] (sh "true")))
`;

let done: Promise<void> | undefined;

describe('latency', () => {
  bench(
    'push accepted to first command: at most one start of node',
    () => {
      done ??= measure();
      return done;
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});

const measure = async (): Promise<void> => {
  const scenario = await startScenario();
  try {
    const work = await scenario.newRepo();
    const waits: number[] = [];
    const starts: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await work.commit({ '.quire/ci.fnl': pipeline }, `round ${round}`);
      await work.push();
      const ended = await scenario.feed.runEnded(round);
      waits.push(waitOf(scenario.feed.events.filter(({ stream }) => stream === ended.stream)));
    }
    // Not between the rounds: there the next quire-ci gets ready, and would make the start of a bare node slower.
    await scenario.stop();
    for (let round = 1; round <= rounds; round += 1) starts.push(startOfNode());
    const ratio = median(waits) / median(starts);
    console.log(
      `latency: first command after ${median(waits).toFixed(0)} ms, node -e 0 takes ${median(starts).toFixed(0)} ms: ` +
        `ratio ${ratio.toFixed(2)}, budget ${budget}`,
    );
    if (!(ratio <= budget))
      throw new Error(`the wait is ${ratio.toFixed(2)} starts of node, over the budget of ${budget}`);
  } finally {
    await scenario.end();
  }
};

const waitOf = (run: readonly StoredEvent[]): number => {
  const queued = run.find(({ type }) => type === 'run.queued');
  const started = run.find(({ type }) => type === 'sh.started');
  return started!.occurredAtMs - queued!.recordedAtMs;
};

const startOfNode = (): number => {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - began;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

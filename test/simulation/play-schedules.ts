import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, simulate } from './simulate.js';
import { makeTemplate, type Template } from './template.js';

/** Seeds 1 to this number are played. `QUIRE_SIMULATION_SCHEDULES=10000 npx vitest run test/simulation` plays more. */
const schedules = Number(process.env.QUIRE_SIMULATION_SCHEDULES ?? 1000);

/** `QUIRE_SIMULATION_SEED=17 npx vitest run test/simulation` plays that schedule alone and prints every step of it. */
const only = process.env.QUIRE_SIMULATION_SEED;

const perTest = 250;

/** A template for the tests of a file. */
export const useTemplate = (): (() => Template) => {
  let template: Template;
  beforeAll(async () => {
    template = await makeTemplate();
  });
  afterAll(() => template.remove());
  return () => template;
};

/**
 * Declares the tests that play every schedule whose seed leaves `rest` when divided by `files`: each file of tests
 * plays its share, so that all cores have one.
 */
export const playSchedules = (rest: number, files: number): void => {
  const template = useTemplate();
  const seeds = seedsOf(rest, files);
  describe('the recovery contract', () => {
    it.skipIf(seeds.length === 0).each(chunksOf(seeds))(
      'holds in the schedules of seeds $from to $to',
      async ({ chunk }) => {
        for (const seed of chunk) {
          const outcome = await simulate(seed, template());
          if (only !== undefined) console.log(outcome.trace.join('\n'));
          expect(outcome.broken, inWords(outcome)).toEqual([]);
        }
      },
      600_000,
    );
  });
};

const seedsOf = (rest: number, files: number): number[] => {
  const all = only === undefined ? Array.from({ length: schedules }, (_, i) => i + 1) : [Number(only)];
  return all.filter((seed) => seed % files === rest);
};

interface Chunk {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly chunk: readonly number[];
}

const chunksOf = (seeds: readonly number[]): Chunk[] =>
  Array.from({ length: Math.max(1, Math.ceil(seeds.length / perTest)) }, (_, i) => {
    const chunk = seeds.slice(i * perTest, (i + 1) * perTest);
    return { from: chunk[0], to: chunk.at(-1), chunk };
  });

/** What to print of a schedule that broke a promise: how to play it again, what broke, and how it came to that. */
const inWords = ({ seed, broken, trace }: Outcome): string =>
  [
    `QUIRE_SIMULATION_SEED=${seed} npx vitest run test/simulation`,
    ...broken.map((one) => `  ${one}`),
    ...trace.slice(only === undefined ? -40 : 0).map((line) => `    ${line}`),
  ].join('\n');

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bench, describe } from 'vitest';
import { sampleData } from '../events/sample-data.js';

/**
 * `npm run bench -- append`, in `append-arms.mjs`: appends of quire, raw better-sqlite3 inserts of the same rows (the events and the rows
 * folded from them) into tables without constraints and triggers, by turns in short blocks, so that all meet the same
 * disk; then appends of emmett's SQLite store. quire and raw sync every commit; emmett as it does by default. A quire
 * append also validates, hashes, folds and checks. Prints the ratios of the medians over the blocks, that to the event
 * rows alone too; fails under its budgets.
 */
interface Setting {
  readonly producers: number;
  /** Appends of each producer in one block: enough that the change from one to the other, with cold caches, counts little. */
  readonly each: number;
  /** Budgets: so much of the raw inserts' rate, and so many times emmett's. */
  readonly ofRaw: number;
  readonly ofEmmett: number;
}

const settings: readonly Setting[] = [
  { producers: 1, each: 100, ofRaw: 0.75, ofEmmett: 5 },
  { producers: 100, each: 6, ofRaw: 0.4, ofEmmett: 5 },
];

let isDone = false;

describe('append', () => {
  bench(
    'one event per commit and 100 concurrent producers, beside raw inserts and emmett',
    () => {
      if (!isDone) measureAll();
      isDone = true;
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});

const measureAll = (): void => {
  const missed: string[] = [];
  for (const setting of settings) {
    const { quire, raw, rawEvents, emmett } = measure(setting);
    const { producers, ofRaw, ofEmmett } = setting;
    const verdict =
      `append, ${producers} producer(s): ${quire.toFixed(1)} µs an event, raw ${raw.toFixed(1)} (the event rows alone ` +
      `${rawEvents.toFixed(1)}), emmett ${emmett.toFixed(1)}: ${(raw / quire).toFixed(2)} of raw's rate ` +
      `(${(rawEvents / quire).toFixed(2)}), budget ${ofRaw}; ${(emmett / quire).toFixed(1)} times emmett's, budget ${ofEmmett}`;
    console.log(verdict);
    if (!(raw / quire >= ofRaw && emmett / quire >= ofEmmett)) missed.push(verdict);
  }
  if (missed.length > 0) throw new Error(`missed: ${missed.join('\n')}`);
};

/** Microseconds an event: quire, raw inserts of the same rows, of the event rows alone, and emmett. */
interface Measured {
  readonly quire: number;
  readonly raw: number;
  readonly rawEvents: number;
  readonly emmett: number;
}

const measure = (setting: Setting): Measured => {
  const program = fileURLToPath(new URL('./append-arms.mjs', import.meta.url));
  const given = [setting, sampleData].map((value) => JSON.stringify(value));
  const printed = execFileSync(process.execPath, [program, ...given], { encoding: 'utf8' });
  return JSON.parse(printed) as Measured;
};

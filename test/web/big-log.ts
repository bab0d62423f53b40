import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a log of `count` lines of 80 bytes, the text of each being its number and what `mark` adds to it. */
export const writeBigLog = (
  root: string,
  runId: string,
  jobId: string,
  count: number,
  mark: (line: number) => string = () => '',
): void => {
  const folder = join(root, 'runs', runId, 'jobs', jobId);
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, 'sh-1.log'), 'w');
  const lines: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const time = new Date(Date.UTC(2026, 10, 22, 14) + n).toISOString().slice(0, 23);
    lines.push(`${time}000000Z stdout F ${`line ${n} ${mark(n)}`.padEnd(79, '.')}\n`);
    if (lines.length === 20_000 || n === count) writeSync(file, lines.splice(0).join(''));
  }
  closeSync(file);
};

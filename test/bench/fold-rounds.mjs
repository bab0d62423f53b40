// Scans and folds the events of a database by turns and prints what each round cost, as JSON. A process of its own,
// so that its memory is that of a fold alone: `node fold-rounds.mjs DATABASE ROUNDS`.
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { projections } from '../../dist/projections/index.js';
import { foldIntoFile } from '../../dist/src/store/fold/fold-into-file.js';

const [path, rounds] = process.argv.slice(2);
const target = `${path}.folded`;

/** Processor time of all threads and time by the clock, in ms. */
const timed = (work) => {
  const began = performance.now();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, clockMs: performance.now() - began };
};

const scan = () => {
  const db = new Database(path, { readonly: true });
  const page = db.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT 2000');
  let last = 0;
  for (;;) {
    const rows = page.all(last);
    for (const row of rows) JSON.parse(row.data);
    if (rows.length < 2000) break;
    last = rows.at(-1).seq;
  }
  db.close();
};

const measured = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const scanned = timed(scan);
  const folded = timed(() => foldIntoFile(path, target, { projections, skipUnknown: false }));
  rmSync(target);
  measured.push({ scan: scanned, fold: folded });
}
console.log(JSON.stringify({ measured, peakMb: process.resourceUsage().maxRSS / 1000 }));

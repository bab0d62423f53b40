// Rebuilds all read models of a database and scans its events by turns and prints what each round cost, as JSON. A
// process of its own, so that its memory is that of a rebuild alone: `node fold-rounds.mjs DATABASE ROUNDS`.
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { projections } from '../../dist/projections/index.js';
import { foldIntoFile } from '../../dist/src/store/fold/fold-into-file.js';
import { rebuildBeforeServing } from '../../dist/src/store/rebuild/rebuild.js';

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

/** Pages of events of which nothing is done but parsing their JSON. */
const scan = (columns) => () => {
  const db = new Database(path, { readonly: true });
  const page = db.prepare(`SELECT ${columns} FROM events WHERE seq > ? ORDER BY seq LIMIT 2000`);
  let last = 0;
  for (;;) {
    const rows = page.all(last);
    for (const row of rows) JSON.parse(row.data);
    if (rows.length < 2000) break;
    last = rows.at(-1).seq;
  }
  db.close();
};

/** The first half of a rebuild: the rows, in a file of their own, without keys and checks. */
const fold = () => {
  foldIntoFile(path, target, { projections, skipUnknown: false });
  rmSync(target);
};

/** All of it: the rows are folded, put into tables with keys, checks and indexes, and these take the place of the old. */
const rebuild = () =>
  rebuildBeforeServing({ path, appender: nobody, register: projections, now: Date.now }, projections);

const db = new Database(path, { readonly: true });
const [seq, hash] = db.prepare('SELECT seq, hash FROM events ORDER BY seq DESC').raw().get();
db.close();
const nobody = { head: () => ({ seq, hash }), forget: () => undefined };

const arms = { scan: scan('*'), scanOfData: scan('seq, data'), fold, rebuild };
const names = Object.keys(arms);
const measured = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const costs = {};
  for (let place = 0; place < names.length; place += 1) {
    const name = names[(round + place) % names.length];
    costs[name] = timed(arms[name]);
  }
  measured.push(costs);
}
console.log(JSON.stringify({ measured, peakMb: (process.resourceUsage().maxRSS * 1024) / 1e6 }));

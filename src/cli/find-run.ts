import { and, desc, eq, gte, like, lt } from 'drizzle-orm';
import { type RunRow, runs } from '../../projections/index.js';
import type { StoreReader } from '../store/index.js';
import { CliError } from './cli-error.js';

/** How a run may be named, for the help text. */
export const runArgument = 'a run id, the beginning or end of one, or "latest"';

/**
 * The one run that `reference` names: its id, a beginning or an end that no other run has, or `latest`, the run
 * queued last. Throws CliError `unknown-run`, `ambiguous-run`.
 */
export const findRun = ({ read }: Pick<StoreReader, 'read'>, reference: string): RunRow => {
  if (reference === 'latest') {
    const latest = read.select().from(runs).orderBy(desc(runs.id)).limit(1).get();
    if (latest === undefined) throw new CliError('unknown-run', 'there is no run yet: push something');
    return latest;
  }
  if (!/^[0-9a-z_-]{1,64}$/i.test(reference)) {
    throw new CliError('unknown-run', `${JSON.stringify(reference)} is not ${runArgument}`);
  }
  const exact = read.select().from(runs).where(eq(runs.id, reference)).get();
  return exact ?? onlyOne(reference, byBeginning(read, reference), byEnd(read, reference));
};

type Read = StoreReader['read'];

const maxCandidates = 6;

const byBeginning = (read: Read, beginning: string): RunRow[] =>
  read
    .select()
    .from(runs)
    .where(and(gte(runs.id, beginning), lt(runs.id, `${beginning}\u{10ffff}`)))
    .orderBy(desc(runs.id))
    .limit(maxCandidates)
    .all();

/** LIKE takes `_` for any character: a wrong match is sorted out behind it. */
const byEnd = (read: Read, end: string): RunRow[] =>
  read
    .select()
    .from(runs)
    .where(like(runs.id, `%${end}`))
    .orderBy(desc(runs.id))
    .limit(maxCandidates)
    .all()
    .filter(({ id }) => id.endsWith(end));

const onlyOne = (reference: string, ...found: RunRow[][]): RunRow => {
  const candidates = [...new Map(found.flat().map((run) => [run.id, run])).values()];
  const [only] = candidates;
  if (only === undefined) {
    throw new CliError('unknown-run', `there is no run ${reference}; quire run list shows those there are`);
  }
  if (candidates.length === 1) return only;
  const list = candidates.slice(0, maxCandidates - 1).map(({ id, repo, ref }) => `  ${id}  ${repo} ${ref}`);
  const more = candidates.length >= maxCandidates ? ['  …'] : [];
  throw new CliError(
    'ambiguous-run',
    [`${reference} may be any of these runs; give more of the id:`, ...list, ...more].join('\n'),
  );
};

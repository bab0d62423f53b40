import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';
import type { Key, Projection } from '../../../projections/index.js';
import { isEventType, streamId, streamKind } from '../../events/index.js';
import { CheckError, type Difference } from './check.js';
import { decodeForFolding } from '../read/decode.js';
import { createFold } from '../fold/fold.js';
import { streamEvents } from '../read/page-events.js';
import { outdatedProjections } from '../rebuild/projection-versions.js';
import { rowTable, shapeOf } from '../fold/row-table.js';
import { rowAsFound } from './row-as-found.js';

export interface SampleOptions {
  /** How many of the runs queued last, and how many places of the history at random. */
  readonly newest: number;
  readonly random: number;
  /** Begins no other stream after this. */
  readonly maxMs: number;
}

/** What was compared, and where it differs. */
export interface SampleReport {
  readonly runs: number;
  readonly events: number;
  readonly differences: readonly Difference[];
}

/**
 * Folds the streams of the newest runs and of some others again and compares their rows, each stream in a
 * snapshot of its own: a look at a history of any size that takes a moment. Another part of the history is chosen
 * each time. Leaves out read models that are not folded from one stream, and those that wait for their rebuild.
 * Throws {@link CheckError}.
 */
export const checkSample = (
  connection: Database.Database,
  projections: readonly Projection[],
  { newest, random, maxMs }: SampleOptions,
): SampleReport => {
  const outdated = outdatedProjections(connection, projections);
  const current = projections.filter(
    (projection) => projection.perStream !== undefined && !outdated.includes(projection),
  );
  const endAtMs = performance.now() + maxMs;
  const differences: Difference[] = [];
  let runs = 0;
  let events = 0;
  for (const stream of chooseStreams(connection, newest, random)) {
    if (performance.now() > endAtMs) break;
    const found = connection.transaction(() => checkStream(connection, current, stream))();
    if (streamKind(stream) === 'run') runs += 1;
    events += found.events;
    differences.push(...found.differences);
  }
  return { runs, events, differences };
};

/** By the rows, so that a row without events is met, and by the events, so that events without a row are. */
const chooseStreams = (connection: Database.Database, newest: number, random: number): Set<string> => {
  const rows = connection.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT ?').pluck().all(newest);
  const streams = new Set((rows as string[]).map((id) => `run/${id}`));
  const head = Number(connection.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get());
  const streamAt = connection.prepare('SELECT stream FROM events WHERE seq = ?').pluck();
  for (let i = 0; i < random && head > 0; i += 1) {
    const stream = streamAt.get(1 + Math.floor(Math.random() * head)) as string | undefined;
    if (stream !== undefined) streams.add(stream);
  }
  return streams;
};

const checkStream = (
  connection: Database.Database,
  projections: readonly Projection[],
  stream: string,
): { readonly events: number; readonly differences: readonly Difference[] } => {
  const mine = projections.filter(({ perStream }) => perStream?.kind === streamKind(stream));
  const rows = streamEvents(connection, stream);
  const fold = createFold(mine);
  for (const row of rows) {
    if (!isEventType(row.type)) continue;
    try {
      fold.apply(decodeForFolding(row));
    } catch (error) {
      throw new CheckError(row.seq, row.type, (error as Error).message);
    }
  }
  const folded = [...fold.rows()];
  const differences = mine.flatMap((projection) => {
    const live = rowTable(connection, projection);
    const found = (key: Key) => rowAsFound(connection, projection, live, key);
    const known = folded
      .filter((row) => row.projection === projection)
      .map(({ key, after }) => ({ key: key.join('/'), folded: after, live: found(key) }));
    const names = new Set(known.map(({ key }) => key));
    const surplus = liveKeys(connection, projection, stream)
      .filter((key) => !names.has(key.join('/')))
      .map((key) => ({ key: key.join('/'), folded: undefined, live: found(key) }));
    return [...known, ...surplus]
      .filter((row) => !isDeepStrictEqual(row.folded, row.live))
      .map((row) => ({ table: projection.name, ...row }));
  });
  return { events: rows.length, differences };
};

const liveKeys = (
  connection: Database.Database,
  projection: Projection,
  stream: string,
): (string | number)[][] => {
  const keys = shapeOf(projection)
    .keyColumns.map((column) => `"${column.name}"`)
    .join(', ');
  const column = projection.perStream!.column.name;
  return connection
    .prepare(`SELECT ${keys} FROM "${projection.name}" WHERE "${column}" = ?`)
    .raw()
    .all(streamId(stream)) as (string | number)[][];
};

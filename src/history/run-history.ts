import {
  type JobRow,
  type Key,
  type Projection,
  type PushRow,
  projections,
  type RunRow,
  type ShRow,
} from '../../projections/index.js';
import { pushStream, runStream } from '../events/index.js';
import { createFold, isKnownEvent, type ReadEvent, type StoreReader } from '../store/index.js';

/** One column of a row that an event changed. */
export interface ColumnChange {
  readonly column: string;
  /** Undefined when the event made the row. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What an event did to one row. */
export interface RowChange {
  readonly table: string;
  readonly key: Key;
  readonly created: boolean;
  readonly columns: readonly ColumnChange[];
}

/** A run, its push, its jobs and its commands as they stood at one moment. */
export interface RunSnapshot {
  readonly push: PushRow | undefined;
  readonly run: RunRow | undefined;
  /** In the order of execution. */
  readonly jobs: readonly JobRow[];
  readonly sh: readonly ShRow[];
}

/** One event of a run's life, and what it changed. */
export interface Moment {
  readonly event: ReadEvent;
  readonly changes: readonly RowChange[];
  /** Since the first event, and since the one before. */
  readonly elapsedMs: number;
  readonly gapMs: number;
  /** The run as it stood after the event; to be asked before the next moment is taken. */
  snapshot(): RunSnapshot;
}

/**
 * The life of a run from the push behind it on, folded in memory by the reducers that keep the live rows. An
 * event of an unknown type is shown and changes nothing. Yields nothing for an unknown run.
 */
export function* historyOf(reader: StoreReader, runId: string): Generator<Moment> {
  const rows = new Map<Projection, Map<string, { key: Key; row: unknown }>>();
  const load = (projection: Projection, key: Key) => rows.get(projection)?.get(nameOf(key))?.row;
  let first: ReadEvent | undefined;
  let before: ReadEvent | undefined;
  for (const event of eventsOf(reader, runId)) {
    first ??= event;
    const fold = createFold(ofOneRun, load);
    if (isKnownEvent(event)) fold.apply(event);
    const touched = [...fold.rows()];
    for (const { projection, key, after } of touched) {
      const table = rows.get(projection) ?? new Map<string, { key: Key; row: unknown }>();
      rows.set(projection, table.set(nameOf(key), { key, row: after }));
    }
    yield {
      event,
      changes: touched.map(changeOf).filter(({ created, columns }) => created || columns.length > 0),
      elapsedMs: event.occurredAtMs - first.occurredAtMs,
      gapMs: event.occurredAtMs - (before ?? event).occurredAtMs,
      snapshot: () => snapshotOf(rows),
    };
    before = event;
  }
}

/** The rows that these events of one run, and of its push when they are among them, make; for one moment of it. */
export const foldRun = (events: Iterable<ReadEvent>): RunSnapshot => {
  const fold = createFold(ofOneRun);
  for (const event of events) if (isKnownEvent(event)) fold.apply(event);
  const rows = new Map<Projection, Map<string, { key: Key; row: unknown }>>();
  for (const { projection, key, after } of fold.rows()) {
    const table = rows.get(projection) ?? new Map<string, { key: Key; row: unknown }>();
    rows.set(projection, table.set(nameOf(key), { key, row: after }));
  }
  return snapshotOf(rows);
};

/** The read models whose rows belong to one run or one push. */
const ofOneRun = projections.filter(
  ({ perStream }) => perStream?.kind === 'run' || perStream?.kind === 'push',
);

const nameOf = (key: Key): string => key.join('\u0000');

const pageSize = 1000;

function* eventsOf(reader: StoreReader, runId: string): Generator<ReadEvent> {
  const [queued] = reader.readEvents({ streams: [runStream(runId)], limit: 1 });
  if (queued === undefined) return;
  const pushId = (queued.data as { pushId?: unknown }).pushId;
  const streams = [runStream(runId), ...(typeof pushId === 'string' ? [pushStream(pushId)] : [])];
  let afterSeq = 0;
  for (;;) {
    const page = reader.readEvents({ streams, afterSeq, limit: pageSize });
    yield* page;
    if (page.length < pageSize) return;
    afterSeq = page.at(-1)!.seq;
  }
}

const changeOf = ({
  projection,
  key,
  before,
  after,
}: {
  readonly projection: Projection;
  readonly key: Key;
  readonly before: unknown;
  readonly after: unknown;
}): RowChange => {
  const old = (before ?? {}) as Record<string, unknown>;
  const columns = Object.entries(after as Record<string, unknown>)
    .filter(([column, value]) => old[column] !== value && !(before === undefined && value === null))
    .map(([column, value]) => ({ column, before: old[column], after: value }));
  return { table: projection.name, key, created: before === undefined, columns };
};

const snapshotOf = (
  rows: ReadonlyMap<Projection, ReadonlyMap<string, { readonly row: unknown }>>,
): RunSnapshot => {
  const tables = new Map([...rows].map(([{ name }, table]) => [name, [...table.values()]]));
  const rowsOf = <Row>(name: string) => (tables.get(name) ?? []).map(({ row }) => row as Row);
  return {
    push: rowsOf<PushRow>('pushes')[0],
    run: rowsOf<RunRow>('runs')[0],
    jobs: rowsOf<JobRow>('jobs').toSorted((a, b) => a.position - b.position),
    sh: rowsOf<ShRow>('sh'),
  };
};

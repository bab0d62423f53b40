import type Database from 'better-sqlite3';
import type { Projection } from '../../../projections/index.js';
import { markBuilt, outdatedProjections, versionOf } from './projection-versions.js';
import {
  cleanUpRebuild,
  type RebuildContext,
  type RebuildOptions,
  rebuild,
  rebuildBeforeServing,
} from './rebuild.js';
import type { RebuildProgress, RebuildReport } from './rebuild-progress.js';

/** Where one read model stands. */
export interface ProjectionStatus {
  readonly name: string;
  /** The digest of its table definition and reducer version, as of today. */
  readonly version: string;
  /** The one its rows were folded by; null when they never were. */
  readonly builtVersion: string | null;
  readonly builtSeq: number | null;
  readonly builtAtMs: number | null;
  readonly state: 'current' | 'outdated' | 'rebuilding';
  readonly progress: RebuildProgress | null;
  /** Why its last rebuild stopped. */
  readonly error: string | null;
}

/** There is no projection of this name. */
export class UnknownProjectionError extends Error {
  readonly code = 'unknown-projection';
  constructor(name: string, known: readonly string[]) {
    super(`there is no projection ${name}; there are: ${known.join(', ')}`);
  }
}

/** A rebuild is under way; what was asked has to wait for its end. */
export class RebuildRunningError extends Error {
  readonly code = 'rebuild-running';
  constructor() {
    super('a rebuild is under way; ask again when it is done (quire projections status shows how far it is)');
  }
}

export interface KeeperOptions {
  /** That which appends: it reads here. */
  readonly connection: Database.Database;
  /** Told of every rebuild: its beginning, how far it is, its end. */
  readonly report?: ((report: RebuildReport) => void) | undefined;
  /** Leaves events of unknown types out of the rebuilds at the start. */
  readonly skipUnknown?: boolean | undefined;
}

export interface ProjectionKeeper {
  /** Rebuilds what is outdated, after the start of the store; resolves when it is done, rejects when it failed. */
  readonly caughtUp: Promise<void>;
  rebuild(names: readonly string[] | undefined, options: RebuildOptions): Promise<void>;
  status(): ProjectionStatus[];
  /** Throws {@link RebuildRunningError}. */
  assertIdle(): void;
  /** Ends a rebuild under way, which leaves the old rows, and lets no other begin. */
  close(): Promise<void>;
}

/**
 * Sees to it that rows are those of today's reducers. What decisions need and a migration has emptied is folded
 * before the store opens; everything else is rebuilt while it serves, and what is empty by then is left out of
 * live folds until it is there.
 */
export const keepProjections = (context: RebuildContext & KeeperOptions): ProjectionKeeper => {
  const { connection, appender, register, now, report = () => undefined } = context;
  let running: { readonly names: readonly string[]; progress: RebuildProgress | null } | undefined;
  let lastRun: Promise<void> = Promise.resolve();
  const errors = new Map<string, string>();
  const closing = new AbortController();

  const run = (
    wanted: readonly Projection[],
    options: RebuildOptions,
    why: 'outdated' | 'asked',
  ): Promise<void> => {
    if (running !== undefined) return Promise.reject(new RebuildRunningError());
    const names = wanted.map(({ name }) => name);
    const beganAtMs = now();
    report({ kind: 'began', names, why });
    lastRun = runNow(wanted, options);
    lastRun.then(
      () => report({ kind: 'done', names, tookMs: now() - beganAtMs }),
      (error: Error) =>
        report(closing.signal.aborted ? { kind: 'ended', names } : { kind: 'failed', names, error }),
    );
    return lastRun;
  };

  const runNow = async (wanted: readonly Projection[], options: RebuildOptions): Promise<void> => {
    const mine = { names: wanted.map(({ name }) => name), progress: null as RebuildProgress | null };
    running = mine;
    try {
      await rebuild(context, wanted, {
        ...options,
        signal: closing.signal,
        onProgress(progress) {
          mine.progress = progress;
          report({ kind: 'progress', names: mine.names, progress });
          options.onProgress?.(progress);
        },
      });
      for (const name of mine.names) errors.delete(name);
      appender.use(register);
    } catch (error) {
      for (const name of mine.names) errors.set(name, (error as Error).message);
      throw error;
    } finally {
      running = undefined;
    }
  };

  const catchUpAtStart = (): Promise<void> => {
    cleanUpRebuild(context.path);
    const outdated = outdatedProjections(connection, register);
    if (appender.head().seq === 0) {
      markBuilt(connection, outdated, 0, now());
      return Promise.resolve();
    }
    const isEmpty = ({ name }: Projection) =>
      connection.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get() === undefined;
    const empty = outdated.filter(isEmpty);
    const urgent = empty.filter(({ deferrable }) => deferrable !== true);
    if (urgent.length > 0) rebuildBeforeServing(context, urgent, context.skipUnknown === true);
    const later = outdatedProjections(connection, register);
    if (later.length === 0) return Promise.resolve();
    appender.use(register.filter((projection) => !later.includes(projection) || !empty.includes(projection)));
    return run(later, { skipUnknown: context.skipUnknown === true }, 'outdated');
  };

  const caughtUp = catchUpAtStart();
  // Whoever waits for it is told; that nobody does is no reason to end the process: the status tells as well.
  caughtUp.catch(() => undefined);

  return {
    caughtUp,
    rebuild(names, options) {
      const wanted = names === undefined ? register : names.map((name) => named(register, name));
      return run(wanted, options, 'asked');
    },
    status: () =>
      storedStatus(connection, register).map((one) => ({
        ...one,
        error: errors.get(one.name) ?? null,
        ...(running?.names.includes(one.name) === true && {
          state: 'rebuilding' as const,
          progress: running.progress,
        }),
      })),
    async close() {
      closing.abort();
      await lastRun.catch(() => undefined);
    },
    assertIdle() {
      if (running !== undefined) throw new RebuildRunningError();
    },
  };
};

const named = (register: readonly Projection[], name: string): Projection => {
  const found = register.find((projection) => projection.name === name);
  if (found !== undefined) return found;
  throw new UnknownProjectionError(
    name,
    register.map((projection) => projection.name),
  );
};

/** What the database tells of its read models; beside a server, without what that is doing. */
export const storedStatus = (
  connection: Database.Database,
  register: readonly Projection[],
): ProjectionStatus[] => {
  const rows = connection
    .prepare('SELECT name, version, built_seq AS builtSeq, built_at_ms AS builtAtMs FROM projection_versions')
    .all() as { name: string; version: string; builtSeq: number; builtAtMs: number }[];
  const built = new Map(rows.map((row) => [row.name, row]));
  return register.map((projection) => {
    const version = versionOf(projection);
    const row = built.get(projection.name);
    return {
      name: projection.name,
      version,
      builtVersion: row?.version ?? null,
      builtSeq: row?.builtSeq ?? null,
      builtAtMs: row?.builtAtMs ?? null,
      state: row?.version === version ? 'current' : 'outdated',
      progress: null,
      error: null,
    };
  });
};

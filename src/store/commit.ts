import type Database from 'better-sqlite3';
import type { StoredEvent } from '../events/index.js';
import type { AppendOptions, Appender, Decide } from './append.js';

interface Waiting {
  readonly decide: Decide;
  readonly options: AppendOptions;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The most appends that share one commit: bounds how long the event loop is held. */
const maxAppendsPerCommit = 256;

/** Appends that wait for the next commit share it, so that a busy run costs few fsyncs. */
export interface Committer {
  append(decide: Decide, options: AppendOptions): Promise<readonly StoredEvent[]>;
  /** Resolves once nothing waits any more. */
  idle(): Promise<void>;
}

/**
 * One transaction per turn of the event loop. Each append stands in a savepoint of its own: a refused one leaves
 * no trace and does not disturb the others. Nobody learns of an event before the commit: `publish` is called,
 * then the promises resolve.
 */
export const createCommitter = (
  connection: Database.Database,
  appender: Appender,
  publish: (events: readonly StoredEvent[]) => void,
): Committer => {
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const rollback = connection.prepare('ROLLBACK');
  const savepoint = connection.prepare('SAVEPOINT one_append');
  const release = connection.prepare('RELEASE one_append');
  const rollbackOne = connection.prepare('ROLLBACK TO one_append');
  const waiting: Waiting[] = [];
  let onIdle: (() => void)[] = [];

  const appendOne = (one: Waiting): (() => void) | readonly StoredEvent[] => {
    const before = appender.head();
    savepoint.run();
    try {
      const events = appender.append(one.decide, one.options);
      release.run();
      return events;
    } catch (error) {
      if (connection.inTransaction) {
        rollbackOne.run();
        release.run();
      }
      appender.rolledBack(before);
      return () => one.reject(error);
    }
  };

  const flush = (): void => {
    const batch = waiting.splice(0, maxAppendsPerCommit);
    const before = appender.head();
    const settled: (() => void)[] = [];
    const stored: StoredEvent[] = [];
    try {
      begin.run();
      for (const one of batch) {
        const outcome = appendOne(one);
        if (typeof outcome === 'function') settled.push(outcome);
        else {
          stored.push(...outcome);
          settled.push(() => one.resolve(outcome));
        }
        if (!connection.inTransaction)
          throw new Error('SQLite ended the transaction by itself; see the first error');
      }
      commit.run();
    } catch (error) {
      if (connection.inTransaction) rollback.run();
      appender.rolledBack(before);
      for (const one of batch) one.reject(error);
      next();
      return;
    }
    if (stored.length > 0) publish(stored);
    for (const settle of settled) settle();
    next();
  };

  const next = (): void => {
    if (waiting.length > 0) {
      setImmediate(flush);
      return;
    }
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };

  return {
    append: (decide, options) =>
      new Promise((resolve, reject) => {
        waiting.push({ decide, options, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
    idle: () => new Promise((resolve) => (waiting.length === 0 ? resolve() : onIdle.push(resolve))),
  };
};

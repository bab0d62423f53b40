import type Database from 'better-sqlite3';
import { crashServer, current, isSimulating } from '../world.js';

/**
 * The real SQLite, which also knows whose connections are open and dies where a crash is planned: between a commit
 * and everybody who is to be told of it. SQLite rolls back what was open, as it does after a SIGKILL.
 */
export const trackConnections = (Real: typeof Database): typeof Database =>
  class Tracked extends (Real as new (...args: unknown[]) => Database.Database) {
    readonly #selects = new Map<string, Database.Statement>();

    constructor(...args: unknown[]) {
      super(...args);
      if (isSimulating()) current().server.connections.add(this);
    }

    /** Queries are prepared once for each connection: 10,000 schedules ask the same ones millions of times. */
    override prepare<Bind extends unknown[] | object, Result = unknown>(source: string) {
      const known = this.#selects.get(source);
      if (known !== undefined && !known.busy) return known.raw(false) as never;
      const statement = super.prepare<Bind, Result>(source);
      if (!isSimulating()) return statement;
      if (/^select "/.test(source)) this.#selects.set(source, statement as unknown as Database.Statement);
      if (source !== 'COMMIT') return statement;
      const { server } = current();
      const run = statement.run.bind(statement) as () => Database.RunResult;
      return Object.assign(statement, {
        run: () => {
          const result = run();
          if (server.alive && server.crashAt === 'after-commit') {
            crashServer('after a commit, before anybody heard');
          }
          return result;
        },
      });
    }

    override close(): this {
      if (isSimulating()) current().server.connections.delete(this);
      return super.close();
    }
  } as unknown as typeof Database;

/** Whether a transaction of the store is open: asked where time is read, in the midst of an append. */
export const isInTransaction = (connections: Iterable<Database.Database>): boolean =>
  [...connections].some(
    (connection) => !connection.readonly && !connection.name.endsWith('.lock') && connection.inTransaction,
  );

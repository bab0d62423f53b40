import type { StoreReader } from '../../store/index.js';

type Read = StoreReader['read'];

/**
 * A query that is written and prepared once for each database. Writing one anew takes drizzle longer than SQLite
 * takes to answer it, and a third of the garbage of a page was of that.
 */
export const prepared = <Query>(build: (read: Read) => Query): ((read: Read) => Query) => {
  const known = new WeakMap<Read, Query>();
  return (read) => {
    const found = known.get(read);
    if (found !== undefined) return found;
    const query = build(read);
    known.set(read, query);
    return query;
  };
};

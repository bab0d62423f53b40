import { expect } from 'vitest';
import { type Difference, openStoreReader, type StoreReader } from '../../src/store/index.js';

/**
 * The invariant of every scenario: folding all events again gives exactly the live rows. Takes an open store, or
 * the data root of a server that runs or has ended; reads only.
 */
export const expectRebuildable = (storeOrRoot: StoreReader | string): void => {
  if (typeof storeOrRoot !== 'string') {
    expect(storeOrRoot.check().map(inWords), 'live rows that are not what the events say').toEqual([]);
    return;
  }
  const reader = openStoreReader(storeOrRoot);
  try {
    expectRebuildable(reader);
  } finally {
    reader.close();
  }
};

const inWords = ({ table, key, folded, live }: Difference): string =>
  `${table} ${key}: events say ${JSON.stringify(folded)}, found ${JSON.stringify(live)}`;

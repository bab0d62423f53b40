import { firstValueFrom, fromEvent, merge, take } from 'rxjs';
import type { EventQuery, EventStore, ReadEvent } from '../store/index.js';

/**
 * Every event behind `afterSeq` that the query lets through, stored ones first and then new ones as they are
 * committed, without a gap or a repeat. It holds a cursor and a page, never a queue: what a slow reader has not
 * taken yet stays in the database.
 */
export async function* followEvents(
  store: Pick<EventStore, 'events$' | 'readEvents'>,
  query: Omit<EventQuery, 'limit' | 'descending'>,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  let cursor = query.afterSeq ?? 0;
  let news = false;
  const subscription = store.events$.subscribe(() => {
    news = true;
  });
  try {
    while (!signal.aborted) {
      news = false;
      const page = store.readEvents({ ...query, afterSeq: cursor, limit: pageSize });
      for (const event of page) {
        cursor = event.seq;
        yield event;
        if (signal.aborted) return;
      }
      if (page.length === pageSize || news) continue;
      await firstValueFrom(merge(store.events$, fromEvent(signal, 'abort')).pipe(take(1)), {
        defaultValue: undefined,
      });
    }
  } finally {
    subscription.unsubscribe();
  }
}

const pageSize = 200;

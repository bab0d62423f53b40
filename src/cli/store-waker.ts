import type { EventStore } from '../store/index.js';
import { createBell } from './bell.js';
import type { Waker } from './waker.js';

/** As createWaker, where the server is in this very process. */
export const createStoreWaker = (store: Pick<EventStore, 'events$'>): Waker => {
  const bell = createBell();
  const subscription = store.events$.subscribe(() => bell.ring());
  return {
    serverIsAway: () => false,
    wait: (maxMs = 250) => bell.wait(maxMs),
    close: () => subscription.unsubscribe(),
  };
};

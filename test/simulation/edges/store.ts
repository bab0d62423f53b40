import type { EventStore } from '../../../src/store/index.js';
import { current } from '../world.js';

/** Told of every store that is opened: notes what it publishes, before anybody else hears it. */
export const hear = (store: EventStore): EventStore => {
  const { schedule, server, truth } = current();
  store.events$.subscribe((events) => {
    if (!server.alive) return;
    for (const event of events) {
      truth.publish(event, schedule.nowMs, server.number);
      schedule.note(`  event ${event.seq} ${event.stream} ${event.type} (${event.actor})`);
    }
  });
  return store;
};

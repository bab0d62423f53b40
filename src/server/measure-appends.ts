import { type Observable, Subject } from 'rxjs';
import type { EventStore } from '../store/index.js';

/** A store and what its appends take. */
export interface MeasuredStore {
  readonly store: EventStore;
  /** Milliseconds from the call of each append to the commit that carried it, refused ones left out. */
  readonly appendTimes$: Observable<number>;
}

/** The same store, its appends measured from outside. */
export const measureAppends = (store: EventStore): MeasuredStore => {
  const times = new Subject<number>();
  const append: EventStore['append'] = async (events, options) => {
    const began = performance.now();
    const stored = await store.append(events, options);
    times.next(performance.now() - began);
    return stored;
  };
  return { store: { ...store, append }, appendTimes$: times.asObservable() };
};

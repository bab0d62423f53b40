import { describe, expect, it } from 'vitest';
import { InactiveRowError, jobs, runs, sh } from '../../projections/index.js';
import { catalog, type EventType, eventTypes } from '../../src/events/index.js';
import { jobMachine, type Machine, runMachine, shMachine } from '../../src/lifecycle/index.js';
import type { StoreReader } from '../../src/store/index.js';
import { expectRebuildable } from '../store/expect-rebuildable.js';
import { temporaryStore } from '../store/temporary-store.js';
import { jobPaths, runPaths, sampleEvent, shPaths } from './reach.js';

/** Effects of a job that touch no row: the run must be under way, and only the decider asks for the state of their job. */
const leaveNoMark: readonly EventType[] = ['job.logged', 'file.read', 'file.written', 'secret.revealed'];

const machineOf = (type: EventType) => {
  if (type.startsWith('sh.')) return 'sh';
  return type.startsWith('job.') || leaveNoMark.includes(type) ? 'job' : 'run';
};

interface Subject {
  readonly machine: Machine<string>;
  readonly paths: Readonly<Record<string, readonly EventType[]>>;
  readonly stateOf: (store: StoreReader) => string | undefined;
}

const subjects: Record<string, Subject> = {
  run: {
    machine: runMachine,
    paths: runPaths,
    stateOf: (store) => store.read.select().from(runs).get()?.state,
  },
  job: {
    machine: jobMachine,
    paths: jobPaths,
    stateOf: (store) => store.read.select().from(jobs).get()?.state,
  },
  sh: { machine: shMachine, paths: shPaths, stateOf: (store) => store.read.select().from(sh).get()?.state },
};

/** A clock that moves on, so that writing a time twice shows. */
const ticking = () => {
  let now = 1_000_000;
  return () => {
    now += 1;
    return now;
  };
};

for (const [name, { machine, paths, stateOf }] of Object.entries(subjects)) {
  const types = eventTypes.filter((type) => Object.values(machine).some((legal) => type in legal));
  const foreign = eventTypes.filter(
    (type) => catalog[type].stream === 'run' && machineOf(type) === name && !types.includes(type),
  );

  describe(`appended without a decider, a ${name} event`, () => {
    it('is part of a machine at all', () => expect(foreign).toEqual([]));

    for (const [place, path] of Object.entries(paths)) {
      const state = place === 'unclaimed' ? 'queued' : place;
      for (const type of types) {
        const next = nextOf(machine, place, type);
        const accepted = next !== undefined || (leaveNoMark.includes(type) && name === 'job');
        it(`${type} is ${accepted ? 'stored' : 'refused'} when the ${name} is ${place}`, async () => {
          const store = temporaryStore({ now: ticking() });
          for (const step of path) await store.append([sampleEvent(step)], { actor: 'runner' });
          const before = store.head();
          const append = store.append([sampleEvent(type)], { actor: 'runner' });
          if (accepted) {
            await append;
            expect(stateOf(store) ?? 'none').toBe(next ?? state);
          } else {
            await expect(append).rejects.toThrow();
            expect(store.head()).toEqual(before);
            expect(stateOf(store) ?? 'none').toBe(state);
          }
          expectRebuildable(store);
        });
      }
    }
  });
}

function nextOf(machine: Machine<string>, place: string, type: EventType): string | undefined {
  if (place === 'unclaimed') {
    return type === 'run.started' ? undefined : machine.queued?.[type];
  }
  return machine[place as 'none']?.[type];
}

describe('appended without a decider, an effect of a job', () => {
  const inactive = Object.entries(runPaths).filter(([place]) => place !== 'active' && place !== 'none');
  for (const [place, path] of inactive) {
    it.each(leaveNoMark)(`%s is refused when the run is ${place}`, async (type) => {
      const store = temporaryStore({ now: ticking() });
      for (const step of path) await store.append([sampleEvent(step)], { actor: 'runner' });
      const before = store.head();
      await expect(store.append([sampleEvent(type)], { actor: 'ci' })).rejects.toThrow(InactiveRowError);
      expect(store.head()).toEqual(before);
    });
  }
});

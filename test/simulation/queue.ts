import { type StoredEvent, streamId } from '../../src/events/index.js';

interface Waiting {
  readonly id: string;
  readonly repo: string;
  readonly ref: string;
  readonly queuedAtMs: number;
  claimedAtMs: number | undefined;
  state: 'queued' | 'active' | 'ended';
}

/** The queue as events alone tell it. */
export interface Queue {
  /** Goes on by one event and says when it is not what the order of the queue allows. */
  step(event: StoredEvent): string[];
}

/** Knows nothing of SQL: the oldest run of the repository that was served longest ago is next. */
export const replayQueue = (): Queue => {
  const all = new Map<string, Waiting>();
  return {
    step(event) {
      if (!event.stream.startsWith('run/')) return [];
      const id = streamId(event.stream);
      if (event.type === 'run.queued') {
        const { repo, ref } = event.data;
        all.set(id, {
          id,
          repo,
          ref,
          queuedAtMs: event.occurredAtMs,
          claimedAtMs: undefined,
          state: 'queued',
        });
        return [];
      }
      const run = all.get(id)!;
      if (event.type === 'run.claimed') {
        const next = nextOf([...all.values()]);
        run.claimedAtMs = event.occurredAtMs;
        return next?.id === id ? [] : [`3: run ${id} was taken, ${next?.id} was next`];
      }
      if (event.type === 'run.released') run.claimedAtMs = undefined;
      if (event.type === 'run.started') run.state = 'active';
      if (['run.succeeded', 'run.failed', 'run.canceled', 'run.superseded'].includes(event.type))
        run.state = 'ended';
      return [];
    },
  };
};

const nextOf = (all: readonly Waiting[]): Waiting | undefined => {
  const isUnderWay = ({ state, claimedAtMs }: Waiting) =>
    state === 'active' || (state === 'queued' && claimedAtMs !== undefined);
  const servedAtMs = (repo: string) =>
    all.reduce((last, run) => (run.repo === repo ? Math.max(last, run.claimedAtMs ?? 0) : last), 0);
  return all
    .filter(
      ({ state, claimedAtMs, repo, ref }) =>
        state === 'queued' &&
        claimedAtMs === undefined &&
        !all.some((other) => other.repo === repo && other.ref === ref && isUnderWay(other)),
    )
    .toSorted(
      (a, b) =>
        servedAtMs(a.repo) - servedAtMs(b.repo) || a.queuedAtMs - b.queuedAtMs || (a.id < b.id ? -1 : 1),
    )[0];
};

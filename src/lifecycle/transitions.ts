import type { JobState, RunState, ShState } from '../../projections/index.js';
import type { EventType } from '../events/index.js';

/**
 * The state machines as data: in which state which event is legal, and the state it leads to. `none` is the
 * state of what does not exist yet. What is not listed is illegal.
 */
export type Machine<State extends string> = Readonly<
  Record<State | 'none', Readonly<Partial<Record<EventType, State>>>>
>;

export const runMachine: Machine<RunState> = {
  none: { 'run.queued': 'queued' },
  queued: {
    'run.claimed': 'queued',
    'run.released': 'queued',
    'run.started': 'active',
    'run.failed': 'failed',
    'run.canceled': 'canceled',
    'run.superseded': 'superseded',
  },
  active: {
    'run.adopted': 'active',
    'run.cancel-requested': 'active',
    'pipeline.registered': 'active',
    'run.succeeded': 'succeeded',
    'run.failed': 'failed',
    'run.canceled': 'canceled',
    'run.superseded': 'superseded',
  },
  succeeded: {},
  failed: {},
  canceled: {},
  superseded: {},
};

export const jobMachine: Machine<JobState> = {
  none: { 'pipeline.registered': 'queued' },
  queued: {
    'job.started': 'active',
    'job.logged': 'queued',
    'file.read': 'queued',
    'secret.revealed': 'queued',
    'job.reused': 'succeeded',
    'job.skipped': 'skipped',
    'job.canceled': 'canceled',
  },
  active: {
    'job.logged': 'active',
    'job.retried': 'active',
    'file.read': 'active',
    'file.written': 'active',
    'secret.revealed': 'active',
    'job.succeeded': 'succeeded',
    'job.failed': 'failed',
    'job.canceled': 'canceled',
  },
  succeeded: {},
  failed: {},
  skipped: {},
  canceled: {},
};

export const shMachine: Machine<ShState> = {
  none: { 'sh.started': 'active' },
  active: { 'sh.finished': 'exited', 'sh.interrupted': 'interrupted' },
  exited: {},
  interrupted: {},
};

/** An event that the state of its run, job or command does not allow. Nothing was stored. */
export class IllegalTransitionError extends Error {
  readonly code = 'illegal-transition';
  constructor(
    readonly subject: string,
    readonly state: string,
    readonly type: EventType,
    legal: readonly string[],
  ) {
    super(
      `${type} is not legal for ${subject}, which is ${state === 'none' ? 'unknown' : state}; ` +
        (legal.length === 0 ? 'nothing leaves that state' : `legal are: ${legal.join(', ')}`),
    );
  }
}

/** The state after the event. Throws {@link IllegalTransitionError}; `subject` names the row in its message. */
export const nextState = <State extends string>(
  machine: Machine<State>,
  state: State | 'none',
  type: EventType,
  subject: string,
): State => {
  const next = machine[state][type];
  if (next !== undefined) return next;
  throw new IllegalTransitionError(subject, state, type, Object.keys(machine[state]));
};

/** Whether nothing leaves the state. */
export const isTerminal = <State extends string>(machine: Machine<State>, state: State): boolean =>
  Object.keys(machine[state]).length === 0;

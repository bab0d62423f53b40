/** How far a job has come. `allowed-failure` is a failure that its dependents do not suffer from. */
export type JobState =
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'allowed-failure'
  | 'skipped'
  | 'canceled';

/** What a waiting job has to do next. */
export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'run' }
  | {
      readonly kind: 'skip';
      readonly reason: 'input-failed' | 'input-skipped';
      /** The first input, in the order written, that stands in the way. */
      readonly inputId: string;
    };

interface Schedulable {
  readonly inputs: readonly string[];
  readonly options: { readonly always: boolean };
}

/** @param stateOf the state of an input; undefined for a source. */
export const judge = (job: Schedulable, stateOf: (id: string) => JobState | undefined): Verdict => {
  const inputs = job.inputs.map((id) => ({ id, state: stateOf(id) ?? 'succeeded' }));
  const open = inputs.some(({ state }) => state === 'waiting' || state === 'running');
  if (job.options.always) return { kind: open ? 'wait' : 'run' };
  for (const { id, state } of inputs) {
    if (state === 'failed') return { kind: 'skip', reason: 'input-failed', inputId: id };
    if (state === 'skipped' || state === 'canceled') {
      return { kind: 'skip', reason: 'input-skipped', inputId: id };
    }
  }
  return { kind: open ? 'wait' : 'run' };
};

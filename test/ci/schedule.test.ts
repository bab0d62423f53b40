import { describe, expect, it } from 'vitest';
import { type JobState, judge } from '../../src/ci/run/schedule.js';

const states: JobState[] = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'allowed-failure',
  'skipped',
  'canceled',
];

const judged = (always: boolean, ...inputs: Array<JobState | undefined>): string => {
  const verdict = judge(
    { inputs: inputs.map((_, i) => String(i)), options: { always } },
    (id) => inputs[Number(id)],
  );
  return verdict.kind === 'skip' ? `skip ${verdict.reason} ${verdict.inputId}` : verdict.kind;
};

describe('judge', () => {
  it('runs a job of sources alone', () => {
    expect(judged(false, undefined)).toBe('run');
    expect(judged(true, undefined)).toBe('run');
  });

  it('decides by one input', () => {
    const table = Object.fromEntries(
      states.map((state) => [state, [judged(false, state), judged(true, state)]]),
    );
    expect(table).toEqual({
      waiting: ['wait', 'wait'],
      running: ['wait', 'wait'],
      succeeded: ['run', 'run'],
      failed: ['skip input-failed 0', 'run'],
      'allowed-failure': ['run', 'run'],
      skipped: ['skip input-skipped 0', 'run'],
      canceled: ['skip input-skipped 0', 'run'],
    });
  });

  it('decides by two inputs in the order written', () => {
    for (const first of states) {
      for (const second of states) {
        const alone = [judged(false, first), judged(false, second).replace(/0$/, '1')];
        const skip = alone.find((verdict) => verdict.startsWith('skip'));
        const expected = skip ?? (alone.includes('wait') ? 'wait' : 'run');
        expect([first, second, judged(false, first, second)]).toEqual([first, second, expected]);
        const open = [first, second].some((state) => state === 'waiting' || state === 'running');
        expect([first, second, judged(true, first, second)]).toEqual([first, second, open ? 'wait' : 'run']);
      }
    }
  });
});

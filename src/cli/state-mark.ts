import type { JobState, RunState, ShState } from '../../projections/index.js';
import type { Style } from './style.js';

type AnyState = RunState | JobState | ShState;

const glyphs: Readonly<Record<AnyState, string>> = {
  queued: '○',
  active: '●',
  succeeded: '✓',
  exited: '✓',
  failed: '✗',
  skipped: '–',
  canceled: '⊘',
  superseded: '»',
  interrupted: '!',
};

const colours: Readonly<Record<AnyState, 'green' | 'red' | 'yellow' | 'blue' | 'dim'>> = {
  queued: 'dim',
  active: 'blue',
  succeeded: 'green',
  exited: 'green',
  failed: 'red',
  skipped: 'dim',
  canceled: 'yellow',
  superseded: 'yellow',
  interrupted: 'yellow',
};

/** The sign of a state, in its colour. The word stands beside it: colour alone never tells. */
export const stateGlyph = (state: AnyState, style: Style): string => style[colours[state]](glyphs[state]);

/** The sign and the word: `✓ succeeded`. */
export const stateMark = (state: AnyState, style: Style): string =>
  style[colours[state]](`${glyphs[state]} ${state}`);

/** As {@link stateGlyph}, for a command: one with a bad exit code is not a success. */
export const shGlyph = (
  sh: { readonly state: ShState; readonly exitCode: number | null },
  style: Style,
): string => stateGlyph(sh.state === 'exited' && sh.exitCode !== 0 ? 'failed' : sh.state, style);

/** As {@link stateMark}, for a job: an allowed failure says so and is not painted as one. */
export const jobMark = (
  job: { readonly state: JobState; readonly allowedFailure: boolean },
  style: Style,
): string => (job.allowedFailure ? style.yellow('✗ failed (allowed)') : stateMark(job.state, style));

import type { JobState, RunState, ShState } from '../../../projections/index.js';

type Shown = RunState | JobState | ShState | 'allowed';

const glyphs: Readonly<Record<Shown, string>> = {
  queued: '○',
  active: '◐',
  succeeded: '✓',
  exited: '✓',
  failed: '✗',
  allowed: '✗',
  skipped: '↷',
  canceled: '⊘',
  interrupted: '⊘',
  superseded: '»',
};

const words: Partial<Readonly<Record<Shown, string>>> = { allowed: 'failed, allowed' };

/** A state by glyph, word and colour. */
export const State = ({ state, bare }: { state: Shown; bare?: boolean }) => (
  <span class={`state state-${state}`}>
    <span class="glyph" aria-hidden="true">
      {glyphs[state]}
    </span>
    <span class={bare === true ? 'visually-hidden' : 'word'}>{words[state] ?? state}</span>
  </span>
);

/** The state of a job: a failure that its pipeline allows is told from one that it does not. */
export const shownJobState = (job: { state: JobState; allowedFailure: boolean }): Shown =>
  job.allowedFailure ? 'allowed' : job.state;

/** The state of a command: an exit code other than 0 is a failure. */
export const shownShState = (sh: {
  state: ShState;
  exitCode: number | null;
  signal: string | null;
}): Shown => (sh.state === 'exited' && sh.exitCode !== 0 ? 'failed' : sh.state);

/** The glyph of a state, for a title. */
export const glyphOf = (state: Shown): string => glyphs[state];

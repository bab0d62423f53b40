import { isEventType } from '../../events/index.js';

/** A rebuild stopped at an event, or its rows could not be put in place. The old rows go on serving. */
export class RebuildError extends Error {
  readonly code = 'rebuild-failed';
  constructor(
    /** The event at which it stopped; null when it was not an event's fault. */
    readonly seq: number | null,
    readonly type: string | null,
    readonly problem: string,
    /** False at a start that has no old rows to serve from. */
    readonly isServing = true,
  ) {
    super(
      `the rebuild stopped${seq === null ? '' : ` at event ${seq} (${type})`}: ${problem}; ` +
        `${isServing ? 'the old rows go on serving' : 'there are no old rows to serve from'}${remedyOf(type)}`,
    );
  }
}

/** A type that this quire does not know can be left out; whether that is right, only a person can say. */
const remedyOf = (type: string | null): string =>
  type === null || isEventType(type)
    ? ''
    : '. Install the quire that wrote it, or leave such events out: quire projections rebuild --skip-unknown';

/** How far a rebuild is. */
export interface RebuildProgress {
  readonly phase: 'folding' | 'copying' | 'catching-up' | 'done';
  /** The last folded event, and the last there is. */
  readonly seq: number;
  readonly headSeq: number;
  readonly eventsPerSecond: number;
}

/** What a store tells of each rebuild, whoever asked for it. */
export type RebuildReport =
  | { readonly kind: 'began'; readonly names: readonly string[]; readonly why: 'outdated' | 'asked' }
  | { readonly kind: 'progress'; readonly names: readonly string[]; readonly progress: RebuildProgress }
  | { readonly kind: 'done'; readonly names: readonly string[]; readonly tookMs: number }
  /** The store was closed; the old rows are there. */
  | { readonly kind: 'ended'; readonly names: readonly string[] }
  | { readonly kind: 'failed'; readonly names: readonly string[]; readonly error: Error };

/** The milliseconds that a rebuild still takes at its present speed; undefined before it is known. */
export const rebuildTimeLeftMs = ({ seq, headSeq, eventsPerSecond }: RebuildProgress): number | undefined =>
  eventsPerSecond === 0 ? undefined : ((headSeq - seq) / eventsPerSecond) * 1000;

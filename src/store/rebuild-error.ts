/** A rebuild stopped at an event, or its rows could not be put in place. The old rows go on serving. */
export class RebuildError extends Error {
  readonly code = 'rebuild-failed';
  constructor(
    /** The event at which it stopped; null when it was not an event's fault. */
    readonly seq: number | null,
    readonly type: string | null,
    readonly problem: string,
  ) {
    super(
      `the rebuild stopped${seq === null ? '' : ` at event ${seq} (${type})`}: ${problem}; the old rows go on serving`,
    );
  }
}

/** How far a rebuild is. */
export interface RebuildProgress {
  readonly phase: 'folding' | 'copying' | 'catching-up' | 'done';
  /** The last folded event, and the last there is. */
  readonly seq: number;
  readonly headSeq: number;
  readonly eventsPerSecond: number;
}

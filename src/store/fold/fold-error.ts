/** A fold could not go on. What that means, whoever asked for the fold says. */
export class FoldError extends Error {
  readonly code = 'fold-failed';
  constructor(
    /** The event at which it stopped; null when it was not an event's fault. */
    readonly seq: number | null,
    readonly type: string | null,
    problem: string,
  ) {
    super(problem);
  }
}

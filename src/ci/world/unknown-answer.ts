/**
 * A world that stands in for the real one does not know what would come of a call. The job that made the call
 * cannot go on, and its code cannot catch this.
 */
export class UnknownAnswerError extends Error {
  readonly code = 'unknown-answer';
}

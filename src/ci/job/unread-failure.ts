import type { ShResult } from './sh-result.js';

/** A command failed, nobody looked at its exit code, and the job wants to go on. */
export class UnreadFailureError extends Error {
  readonly code = 'unread-failure';
  constructor(readonly result: ShResult) {
    super(
      `${result.describeFailure()}; nobody looked at its :exit, so the job stops here: read it, ` +
        'or give that sh {:allow-failure true}',
    );
  }
}

import { isEventType } from '../../events/index.js';

/** A rebuild stopped at an event, or its rows could not be put in place. The old rows go on serving. */
export class RebuildError extends Error {
  readonly code = 'rebuild-failed';
  constructor(
    /** The event at which it stopped; null when it was not an event's fault. */
    readonly seq: number | null,
    readonly type: string | null,
    problem: string,
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

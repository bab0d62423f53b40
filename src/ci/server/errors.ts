/** An answer of the server that no repetition will change: the run cannot go on. */
export class RefusedError extends Error {
  readonly code = 'refused';
  constructor(
    readonly request: string,
    readonly status: number,
    /** The server's own code and message, when it gave them. */
    readonly reason: { readonly code: string; readonly message: string },
  ) {
    super(`the server refused ${request} with ${status} ${reason.code}: ${reason.message}`);
  }
}

/** The server could not be reached, or could not answer, for as long as a run may wait for it. */
export class ServerAwayError extends Error {
  readonly code = 'server-away';
  constructor(
    readonly request: string,
    readonly awayMs: number,
    cause: unknown,
  ) {
    const last = cause instanceof Error ? cause.message : String(cause);
    super(
      `the server was away for ${awayMs} ms (limit serverAwayMs) at ${request}; the last error was: ${last}`,
      {
        cause,
      },
    );
  }
}

/** An answer that is not what the protocol says. */
export class BadAnswerError extends Error {
  readonly code = 'bad-answer';
  constructor(
    readonly request: string,
    readonly problem: string,
  ) {
    super(`the server's answer to ${request} is malformed: ${problem}`);
  }
}

/** One failed try: no connection, a broken one, or an answer that asks to come again. */
export class UnavailableError extends Error {
  readonly code = 'unavailable';
}

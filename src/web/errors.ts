/** What was asked for does not exist, or this visitor may not know that it does. */
export class NotFoundError extends Error {
  readonly code = 'not-found';
  readonly status = 404;
}

/** The request cannot be understood. */
export class BadRequestError extends Error {
  readonly code = 'bad-request';
  readonly status = 400;
}

/** The visitor may not do that. */
export class ForbiddenError extends Error {
  readonly code = 'forbidden';
  readonly status = 403;
}

/** The run is no longer in a state that allows it. */
export class ConflictError extends Error {
  readonly code = 'conflict';
  readonly status = 409;
}

/** The server has no room for another one right now. */
export class BusyError extends Error {
  readonly code = 'busy';
  readonly status = 503;
}

/** The HTTP status of an error: its own where it has one, 500 otherwise. */
export const statusOf = (error: unknown): number => {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
};

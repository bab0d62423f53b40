import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';

/** HTTP statuses of the typed errors that a request can meet; any other error is a fault of the server: 500. */
const statuses: Readonly<Record<string, number>> = {
  unauthorized: 401,
  'wrong-run': 403,
  'unknown-run': 404,
  'unknown-repo': 404,
  'unknown-secret': 404,
  'unknown-log': 404,
  'unknown-projection': 404,
  'repo-not-found': 404,
  'repo-state': 409,
  'rebuild-failed': 409,
  'rebuild-running': 409,
  'not-redactable': 409,
  'log-not-redactable': 409,
  'forged-push': 409,
  'out-of-step': 409,
  'illegal-transition': 409,
  'nothing-failed': 409,
  'version-conflict': 409,
  'log-gap': 409,
  'run-started': 410,
  'run-ended': 410,
  'too-large': 413,
  'malformed-push': 422,
  'malformed-request': 422,
  'invalid-event': 422,
  'invalid-repo-name': 422,
  'invalid-object-id': 422,
};

/** A request that cannot be served, and why; `code` decides the status. */
export class RequestError extends Error {
  constructor(
    readonly code: keyof typeof statuses & string,
    message: string,
  ) {
    super(message);
  }
}

/** The one place where errors become HTTP: JSON `{code, message}`, with the typed fields a client acts on. */
export const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const { code, status } = classify(error);
    if (status === 500)
      log.error({ err: error, method: request.method, path: request.path }, 'request failed');
    const message = status === 500 ? 'the server failed; its log says why' : String(error.message);
    const { acknowledged, size } = error as { acknowledged?: number; size?: number };
    response.status(status).json({ code, message, acknowledged, size });
  };

const classify = (error: {
  code?: unknown;
  type?: unknown;
  status?: unknown;
}): { code: string; status: number } => {
  if (error.type === 'entity.too.large') return { code: 'too-large', status: 413 };
  if (typeof error.type === 'string' && typeof error.status === 'number' && error.status < 500) {
    return { code: 'malformed-request', status: error.status };
  }
  const code = typeof error.code === 'string' ? error.code : 'internal';
  const status = statuses[code];
  return status === undefined ? { code: 'internal', status: 500 } : { code, status };
};

import express, { type Request, type Router } from 'express';
import { runAddress } from './addresses.js';
import { ConflictError, ForbiddenError, NotFoundError } from './errors.js';
import { nameOf } from './identity.js';
import type { WebOptions } from './options.js';
import type { Visit } from './page.js';
import { findRun } from './queries/find-run.js';
import { isSameOrigin, type RequestTokens } from './request-token.js';
import { wantsJson } from './serve-page.js';

export interface ActionServer {
  readonly options: WebOptions;
  readonly tokens: RequestTokens;
  visit(request: Request): Promise<Visit>;
}

/** The requests that change something: POST, with an identity and a token of this origin. */
export const runActions = ({ options, tokens, visit }: ActionServer): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const form = express.urlencoded({ extended: false, limit: '10kb' });

  /** The name of who asks, and the run, which they may see. */
  const admit = async (request: Request): Promise<{ by: string; runId: string }> => {
    const visited = await visit(request);
    const runId = visited.params.run ?? '';
    findRun(options.store.read, visited.access, runId);
    const by = nameOf(visited.identity);
    if (by === undefined) throw new ForbiddenError('Only somebody with an identity may do that.');
    if (!isSameOrigin(request)) throw new ForbiddenError('The request came from another site.');
    if (!tokens.verify(by, (request.body as { token?: unknown } | undefined)?.token)) {
      throw new ForbiddenError('The form is out of date: go back, load the page again and repeat.');
    }
    return { by, runId };
  };

  router.post('/runs/:run/cancel', form, async (request, response) => {
    const { by, runId } = await admit(request);
    await refusals(options.actions.cancel(runId, by));
    if (wantsJson(request)) response.status(202).json({ runId });
    else response.redirect(303, runAddress(runId));
  });

  router.post('/runs/:run/rerun', form, async (request, response) => {
    const { by, runId } = await admit(request);
    const onlyFailed = (request.body as { only?: unknown }).only === 'failed';
    const newRunId = await refusals(options.actions.rerun(runId, { by, onlyFailed }));
    if (wantsJson(request)) response.status(201).json({ runId: newRunId });
    else response.redirect(303, runAddress(newRunId));
  });

  return router;
};

/** What the lifecycle refuses becomes what HTTP calls it. */
const refusals = async <T>(done: Promise<T>): Promise<T> => {
  try {
    return await done;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'illegal-transition' || code === 'nothing-failed')
      throw new ConflictError((error as Error).message);
    if (code === 'unknown-run') throw new NotFoundError((error as Error).message);
    throw error;
  }
};

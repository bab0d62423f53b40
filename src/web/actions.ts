import express, { type Request, type Response, type Router } from 'express';
import type { Trust } from '../store/index.js';
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

/** The requests that ask for something to be done: POST, with an identity and a token of this origin. */
export const actions = ({ options, tokens, visit }: ActionServer): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const form = express.urlencoded({ extended: false, limit: '10kb' });

  /** The run that is asked about, which the visitor may see, and who asks. */
  const admitToRun = async (request: Request): Promise<{ by: string; runId: string }> => {
    const visited = await visit(request);
    const runId = visited.params.run ?? '';
    findRun(options.store.read, visited.access, runId);
    return { by: admit(request, visited), runId };
  };

  /** The server's own affairs do not exist for those who see only a part of it. */
  const admitToServer = async (request: Request): Promise<Trust> => {
    const visited = await visit(request);
    const { trust } = options;
    if (!visited.access.all || trust === undefined) {
      throw new NotFoundError(`There is no page ${request.path}.`);
    }
    admit(request, visited);
    return trust;
  };

  /** The name of who asks. */
  const admit = (request: Request, { identity }: Visit): string => {
    const by = nameOf(identity);
    if (by === undefined) throw new ForbiddenError('Only somebody with an identity may do that.');
    if (!isSameOrigin(request)) throw new ForbiddenError('The request came from another site.');
    if (!tokens.verify(by, (request.body as { token?: unknown } | undefined)?.token)) {
      throw new ForbiddenError('The form is out of date: go back, load the page again and repeat.');
    }
    return by;
  };

  router.post('/runs/:run/cancel', form, async (request, response) => {
    const { by, runId } = await admitToRun(request);
    await refusals(options.actions.cancel(runId, by));
    if (wantsJson(request)) response.status(202).json({ runId });
    else response.redirect(303, runAddress(runId));
  });

  router.post('/runs/:run/rerun', form, async (request, response) => {
    const { by, runId } = await admitToRun(request);
    const onlyFailed = (request.body as { only?: unknown }).only === 'failed';
    const newRunId = await refusals(options.actions.rerun(runId, { by, onlyFailed }));
    if (wantsJson(request)) response.status(201).json({ runId: newRunId });
    else response.redirect(303, runAddress(newRunId));
  });

  // A whole history takes a while: the page says that it is under way, and then what it came to.
  router.post('/operations/check', form, async (request, response) => {
    void (await admitToServer(request)).runCheck();
    answerUnderWay(request, response);
  });

  router.post('/operations/verify', form, async (request, response) => {
    void (await admitToServer(request)).runVerify();
    answerUnderWay(request, response);
  });

  return router;
};

const answerUnderWay = (request: Request, response: Response): void => {
  if (wantsJson(request)) response.status(202).json({ underWay: true });
  else response.redirect(303, '/operations');
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

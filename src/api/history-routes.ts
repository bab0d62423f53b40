import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { and, eq } from 'drizzle-orm';
import { runs, sh } from '../../projections/index.js';
import { pushStream, runStream } from '../events/index.js';
import { UnknownRunError } from '../lifecycle/index.js';
import { shLogPath } from '../runner/index.js';
import type { EventStore } from '../store/index.js';
import { checked } from './checked.js';
import { RequestError } from './error-answer.js';
import { serverSent } from './server-sent.js';

const operator = z.string().min(1).max(128);
const reason = z.string().min(1).max(1000);
const redaction = z.strictObject({
  seqs: z.array(z.int().positive()).min(1).max(1000),
  reason,
  by: operator,
});
const logRedaction = z
  .strictObject({
    runId: z.string(),
    jobId: z.string(),
    n: z.int().positive(),
    fromLine: z.int().positive(),
    toLine: z.int().positive(),
    reason,
    by: operator,
  })
  .refine(({ fromLine, toLine }) => fromLine <= toLine, 'expected fromLine to be at or before toLine');
const rebuild = z.strictObject({
  names: z.array(z.string()).max(100).optional(),
  runId: z.string().optional(),
  skipUnknown: z.boolean().optional(),
});

/** What operators ask of the history itself: to fold read models again, and to destroy text in it. */
export const historyRoutes = ({
  root,
  store,
}: {
  readonly root: string;
  readonly store: EventStore;
}): Router => {
  const router = express.Router();
  const json = express.json({ limit: '64kb', type: () => true });

  router.get('/api/projections', (_request, response) => {
    response.json(store.projectionStatus());
  });

  router.post('/api/projections/rebuild', json, async (request, response) => {
    const { names, runId, skipUnknown } = checked(rebuild, request.body);
    if (runId === undefined) return rebuildTelling(store, { names, skipUnknown }, request, response);
    const run = store.read.select().from(runs).where(eq(runs.id, runId)).get();
    if (run === undefined) throw new UnknownRunError(runId);
    store.refold([runStream(run.id), pushStream(run.pushId)]);
    response.json({ rebuilt: run.id });
  });

  router.post('/api/redactions', json, (request, response) => {
    const { seqs, reason, by } = checked(redaction, request.body);
    response.status(201).json(store.redact(seqs, reason, { actor: `operator:${by}` }));
  });

  router.post('/api/log-redactions', json, async (request, response) => {
    const { by, ...asked } = checked(logRedaction, request.body);
    const { runId, jobId, n } = asked;
    const known = store.read
      .select({ n: sh.n })
      .from(sh)
      .where(and(eq(sh.runId, runId), eq(sh.jobId, jobId), eq(sh.n, n)))
      .get();
    // The ids make a path: only those of a command that ran do.
    if (known === undefined) {
      throw new RequestError('unknown-log', `run ${runId} has no command ${n} of job ${jobId}`);
    }
    const path = shLogPath(root, runId, jobId, n);
    response.status(201).json(await store.redactLog({ ...asked, path }, { actor: `operator:${by}` }));
  });

  return router;
};

/** Answers with how far it is, server-sent, until `done` or `failed`. The rebuild goes on when nobody listens. */
const rebuildTelling = async (
  store: EventStore,
  {
    names,
    skipUnknown,
  }: { readonly names?: string[] | undefined; readonly skipUnknown?: boolean | undefined },
  request: Request,
  response: Response,
): Promise<void> => {
  let client: ReturnType<typeof serverSent> | undefined;
  let isSending = false;
  const beganAtMs = performance.now();
  const rebuilt = store.rebuild(names, {
    skipUnknown: skipUnknown === true,
    onProgress(progress) {
      if (client === undefined || isSending) return;
      isSending = true;
      void client.send({ event: 'progress', data: progress }).then(() => {
        isSending = false;
      });
    },
  });
  // One that cannot begin says so at once, as an error with a status.
  await Promise.race([rebuilt, new Promise((resolve) => setImmediate(resolve))]);
  client = serverSent(request, response);
  try {
    await rebuilt;
    const tookMs = Math.round(performance.now() - beganAtMs);
    await client.send({ event: 'done', data: { seq: store.head().seq, tookMs } });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    await client.send({ event: 'failed', data: { code: code ?? 'internal', message } });
  } finally {
    client.end();
  }
};

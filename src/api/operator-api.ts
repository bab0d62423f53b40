import { eq } from 'drizzle-orm';
import express, { type Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { runs } from '../../projections/index.js';
import { pushStream, runStream } from '../events/index.js';
import {
  answerPush,
  createRepository,
  parsePushMessage,
  type Receiver,
  removeRepository,
  type Spool,
} from '../intake/index.js';
import { UnknownRunError } from '../lifecycle/index.js';
import { cancelRun, rerunRun } from '../runner/index.js';
import type { EventStore } from '../store/index.js';
import { checked } from './checked.js';
import { answerErrors, RequestError } from './error-answer.js';
import { followEvents } from './follow-events.js';
import { historyRoutes } from './history-routes.js';
import { serverSent } from './server-sent.js';

export interface OperatorApiSettings {
  readonly root: string;
  readonly store: EventStore;
  readonly receiver: Receiver;
  readonly spool: Spool;
  readonly log: Logger;
  readonly runUrl: (runId: string) => string;
  /** Bytes of one push message. */
  readonly maxMessageBytes: number;
  readonly version: string;
}

const operator = z.string().min(1).max(128);
const newRepo = z.strictObject({ name: z.string(), by: operator });
const cancellation = z.strictObject({
  by: operator,
  message: z.string().min(1).max(1000).optional(),
  force: z.boolean().optional(),
});
const rerun = z.strictObject({ by: operator, onlyFailed: z.boolean().optional() });

/** What `server.sock` serves: the hook's pushes, and what operators ask of a running server. */
export const operatorApi = (settings: OperatorApiSettings): Router => {
  const { root, store, receiver, spool, log, runUrl, maxMessageBytes, version } = settings;
  const router = express.Router();
  const json = express.json({ limit: '64kb', type: () => true });

  router.get('/health', (_request, response) => {
    response.json({ status: 'ok', version, seq: store.head().seq });
  });

  router.post(
    '/api/pushes',
    express.text({ type: () => true, limit: maxMessageBytes }),
    async (request, response) => {
      const message = parsePushMessage(typeof request.body === 'string' ? request.body : '');
      const events = await receiver.receive(message);
      await spool.discard(message.id);
      response.type('text/plain').send(answerPush(events, runUrl));
    },
  );

  router.post('/api/repos', json, async (request, response) => {
    const { name, by } = checked(newRepo, request.body);
    const path = await createRepository({ root, store }, name, by);
    response.status(201).json({ name, path });
  });

  router.delete('/api/repos/:name', async (request, response) => {
    const by = checked(operator, request.query.by);
    const movedTo = await removeRepository(
      { root, store },
      request.params.name,
      by,
      request.query.purge === '1',
    );
    response.json({ name: request.params.name, movedTo });
  });

  router.post('/api/runs/:id/cancel', json, async (request, response) => {
    const { id } = request.params as { id: string };
    await cancelRun(store, id, checked(cancellation, request.body));
    const run = store.read.select().from(runs).where(eq(runs.id, id)).get();
    response.status(202).json({ runId: id, state: run?.state });
  });

  router.post('/api/runs/:id/rerun', json, async (request, response) => {
    const { id } = request.params as { id: string };
    response.status(201).json({ runId: await rerunRun(store, id, checked(rerun, request.body)) });
  });

  router.get('/api/events', async (request, response) => {
    const afterSeq = checked(z.coerce.number().int().nonnegative().default(0), request.query.after);
    const streams = streamsOf(store, checked(z.string().optional(), request.query.run));
    const client = serverSent(request, response);
    for await (const event of followEvents(store, { afterSeq, streams }, client.signal)) {
      await client.send({ id: event.seq, event: 'event', data: event });
    }
    client.end();
  });

  router.use(historyRoutes({ root, store }));

  router.use((request) => {
    throw new RequestError(
      'malformed-request',
      `${request.method} ${request.path} is no route of this server`,
    );
  });
  router.use(answerErrors(log));
  return router;
};

/** The streams of a run and of the push behind it; all of them without a run. */
const streamsOf = (store: EventStore, runId: string | undefined): string[] | undefined => {
  if (runId === undefined) return undefined;
  const run = store.read.select().from(runs).where(eq(runs.id, runId)).get();
  if (run === undefined) throw new UnknownRunError(runId);
  return [runStream(runId), pushStream(run.pushId)];
};

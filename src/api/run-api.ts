import { eq } from 'drizzle-orm';
import express, { type Request, type Router } from 'express';
import type { Logger } from 'pino';
import { concatMap, filter, from, fromEvent, map, merge, of, takeUntil } from 'rxjs';
import { type RunRow, runs } from '../../projections/index.js';
import { type CancelSignal, type CiEvent, ciEvent, runStream, type StoredEvent } from '../events/index.js';
import { decideIngest, hasOnlyStarted, isTerminal, runMachine, viewRun } from '../lifecycle/index.js';
import { type BootstrapSettings, bootstrapRun, pushOutputsOf } from '../runner/index.js';
import { appendLog } from './append-log.js';
import { authenticate } from './authenticate.js';
import { answerErrors, RequestError } from './error-answer.js';
import { revealSecret, type SecretSettings } from './reveal-secret.js';
import { sendWorkspace } from './send-workspace.js';
import { serverSent } from './server-sent.js';
import { storeBlob } from './store-blob.js';

export interface RunApiSettings extends BootstrapSettings, SecretSettings {
  readonly log: Logger;
}

/** Bytes of one batch of events. */
const maxBatchBytes = 8 * 1024 * 1024;

/** The run API of one run: what its quire-ci may ask and tell. `onContact` is called at every good request. */
export const runApi = (settings: RunApiSettings, runId: string, onContact: () => void): Router => {
  const { store } = settings;
  const router = express.Router();
  const runOf = (request: Request): RunRow => {
    const run = authenticate(store, runId, request);
    onContact();
    return run;
  };
  const openRunOf = (request: Request): RunRow => {
    const run = runOf(request);
    if (!isTerminal(runMachine, run.state)) return run;
    throw new RequestError('run-ended', `run ${runId} has ended: ${run.state}`);
  };

  const push = pushOutputsAhead(settings, runId);

  router.get('/api/run/bootstrap', async (request, response) => {
    const run = runOf(request);
    const again = request.query.again === '1';
    if (run.state !== 'queued' && !(again && hasOnlyStarted(run))) {
      throw new RequestError('run-started', `run ${runId} has been started already`);
    }
    const outputs = (await push) ?? (await pushOutputsOf(settings.root, run));
    response.json(await bootstrapRun(settings, run, outputs, again));
  });

  router.post(
    '/api/run/events',
    express.text({ type: () => true, limit: maxBatchBytes }),
    async (request, response) => {
      runOf(request);
      const batch = parseBatch(request.body);
      if ((batch.at(-1)?.number ?? 0) > settings.limits.maxEvents + eventReserve) {
        throw new RequestError(
          'too-large',
          `the run has reached its limit of ${settings.limits.maxEvents} events`,
        );
      }
      const stored = await store.append((read) => decideIngest(viewRun(read, runId), batch), { actor: 'ci' });
      const last = stored.findLast(({ clientNumber }) => clientNumber !== null)?.clientNumber;
      response.json({ acknowledged: last ?? viewRun(store.read, runId).acknowledged() });
    },
  );

  router.get('/api/run/secrets/:name', async (request, response) => {
    const run = openRunOf(request);
    const value = await revealSecret(settings, run, request.params.name, String(request.query.job ?? ''));
    response.json({ value });
  });

  router.get('/api/run/signals', (request, response) => {
    const run = openRunOf(request);
    const stream = serverSent(request, response);
    const already = signalOf(run);
    merge(
      already === undefined ? of() : of(already),
      store.events$.pipe(
        concatMap((events) => from(events)),
        filter((event) => event.stream === runStream(runId) && event.type === 'run.cancel-requested'),
        map((event) => cancelSignalOf(event as StoredEvent<'run.cancel-requested'>)),
      ),
    )
      .pipe(
        takeUntil(fromEvent(stream.signal, 'abort')),
        concatMap((data) => stream.send({ event: 'cancel', data })),
      )
      .subscribe();
  });

  router.post(
    '/api/run/logs/:job/:n',
    express.raw({ type: () => true, limit: maxBatchBytes }),
    async (request, response) => {
      const run = openRunOf(request);
      response.json({ size: await appendLog(settings, run, request) });
    },
  );

  router.put(
    '/api/run/blobs/:sha256',
    express.raw({ type: () => true, limit: maxBatchBytes }),
    async (request, response) => {
      openRunOf(request);
      response.json({ sha256: await storeBlob(settings.root, request.params.sha256, request.body) });
    },
  );

  router.get('/api/run/workspace', async (request, response) => {
    openRunOf(request);
    await sendWorkspace(settings.root, runId, response);
  });

  router.use(() => {
    throw new RequestError('malformed-request', 'there is no such route in the run API');
  });
  router.use(answerErrors(settings.log));
  return router;
};

/** Git is asked while the workspace is being made, so that the bootstrap need not wait for it. */
const pushOutputsAhead = async ({ root, store }: RunApiSettings, runId: string) => {
  const run = store.read.select().from(runs).where(eq(runs.id, runId)).get();
  if (run?.state !== 'queued') return undefined;
  // What fails here fails again in the bootstrap, where it is answered.
  return pushOutputsOf(root, run).catch(() => undefined);
};

/** What quire-ci may send beyond the limit of events: the ends of what is open. */
const eventReserve = 5000;

const parseBatch = (body: unknown): CiEvent[] => {
  if (typeof body !== 'string') throw new RequestError('malformed-request', 'expected NDJSON, found no body');
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      const parsed = ciEvent.safeParse(parseLine(line, i));
      if (parsed.success) return parsed.data;
      const problem = parsed.error.issues
        .map(({ path, message }) => `${path.join('.')}: ${message}`)
        .join('; ');
      throw new RequestError('malformed-request', `line ${i + 1} of the batch: ${problem}`);
    });
};

const parseLine = (line: string, i: number): unknown => {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new RequestError(
      'malformed-request',
      `line ${i + 1} of the batch is not JSON: ${(error as Error).message}`,
    );
  }
};

const signalOf = (run: RunRow): CancelSignal | undefined =>
  run.cancelReason === null
    ? undefined
    : { reason: run.cancelReason, message: `asked for by ${run.cancelBy}`, force: run.cancelForced };

const cancelSignalOf = ({ data }: StoredEvent<'run.cancel-requested'>): CancelSignal => ({
  reason: data.reason,
  message: data.message,
  force: data.force,
});

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';
import { runStream } from '../../events/index.js';
import { NotFoundError } from '../errors.js';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';
import { eventFilterOf } from '../pages/timeline.js';
import { findRun } from '../queries/find-run.js';
import { listEvents, listRunEvents } from '../queries/list-events.js';
import { type EventModel, presentEvent } from './event-model.js';

/** Events as NDJSON, oldest first, read page by page while the client takes them. */
export const eventExports = (options: WebOptions, visitOf: (request: Request) => Promise<Visit>): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const { store } = options;

  router.get('/events.ndjson', async (request, response) => {
    const { access, query } = await visitOf(request);
    if (!access.all) throw new NotFoundError('There is no page /events.ndjson.');
    const filter = eventFilterOf(query);
    const head = store.head().seq;
    await send(response, function* () {
      let after: number | undefined = 0;
      while (after !== undefined) {
        const page = listEvents(store.read, filter, { after }, head);
        yield page.events.toReversed().map(presentEvent);
        after = page.newer;
      }
    });
  });

  router.get('/runs/:run/events.ndjson', async (request, response) => {
    const { access, params } = await visitOf(request);
    const run = findRun(store.read, access, params.run!);
    await send(response, function* () {
      const push = store.readEvents({ streams: [`push/${run.pushId}`], limit: 1000 });
      yield push.filter(({ stream }) => stream !== runStream(run.id)).map(presentEvent);
      let after = 0;
      for (;;) {
        const events = listRunEvents(store.read, run.id, after, 1000);
        if (events.length === 0) return;
        yield events.map(presentEvent);
        after = events.at(-1)!.streamVersion;
      }
    });
  });

  return router;
};

const send = async (response: Response, pages: () => Iterable<readonly EventModel[]>): Promise<void> => {
  const lines = async function* () {
    for (const page of pages()) {
      if (page.length > 0) yield page.map((event) => `${JSON.stringify(event)}\n`).join('');
      // A filter that nothing matches reads all of history without a line to send: others have their turn too.
      else await nextTurn();
      if (response.destroyed) return;
    }
  };
  response.type('application/x-ndjson');
  try {
    await pipeline(Readable.from(lines()), response);
  } catch (error) {
    // A client that goes away in mid-export is no error of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
};

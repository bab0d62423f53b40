import express, { type Request, type Router } from 'express';
import { render } from 'preact-render-to-string';
import type { Visit } from '../page.js';
import { findVisibleEvent } from '../pages/event.js';
import { RawEvent } from '../parts/event-list.js';
import { sendText } from '../send.js';
import { presentEvent } from './event-model.js';

/** An event as it is stored, for the place in a list where it is unfolded. */
export const rawEvents = (visitOf: (request: Request) => Promise<Visit>): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/events/:seq/raw', async (request, response) => {
    const event = findVisibleEvent(await visitOf(request));
    await sendText(request, response, 'html', render(<RawEvent event={presentEvent(event)} />));
  });
  return router;
};

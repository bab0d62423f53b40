import type { Request, RequestHandler, Response } from 'express';
import { withQuery } from './addresses.js';
import type { Assets } from './assets.js';
import { BadRequestError } from './errors.js';
import { nameOf } from './identity.js';
import type { Hub, Topic } from './live/hub.js';
import type { Page, Visit } from './page.js';
import { renderDocument, renderRegions } from './render-page.js';
import { sendText } from './send.js';

export interface PageServer {
  readonly assets: Assets;
  readonly hub: Hub;
  visit(request: Request): Promise<Visit>;
}

/** Serves one page in the form that `Accept` asks for. */
export const servePage =
  (page: Page, { assets, hub, visit: visitOf }: PageServer): RequestHandler =>
  async (request, response) => {
    const visit = await visitOf(request);
    const follows = page.follows?.(visit);
    const form = formOf(request, follows !== undefined);
    if (form === 'event-stream') {
      const topic = topicOf(page, follows!, visit, assets);
      const after = cursorOf(request, visit);
      // What may not be seen is 404 here too, and not a stream that ends again and again.
      await page.load(visit);
      hub.subscribe(topic, response, after);
      return;
    }
    // Read before the page: an event between the two is then sent again, and does no harm.
    const seq = visit.options.store.head().seq;
    const model = await page.load(visit);
    if (form === 'json') {
      await sendText(request, response, 'application/json', `${JSON.stringify(model)}\n`);
      return;
    }
    await sendDocument(request, response, assets, visit, {
      view: page.view(model, visit),
      liveAddress: follows === undefined ? undefined : liveAddress(visit, seq),
    });
  };

/** Sends a view within its frame. */
export const sendDocument = async (
  request: Request,
  response: Response,
  assets: Assets,
  { identity, options }: Pick<Visit, 'identity' | 'options'>,
  { view, liveAddress }: { view: ReturnType<Page['view']>; liveAddress?: string | undefined },
): Promise<void> => {
  const html = renderDocument({
    view,
    identity,
    liveAddress,
    version: options.version,
    asset: assets.address,
  });
  await sendText(request, response, 'html', html);
};

/** True when the client prefers JSON to HTML; a browser never does. */
export const wantsJson = (request: Request): boolean => request.accepts(['html', 'json']) === 'json';

const formOf = (request: Request, isLive: boolean): 'html' | 'json' | 'event-stream' => {
  if (isLive && request.headers.accept?.includes('text/event-stream')) return 'event-stream';
  return wantsJson(request) ? 'json' : 'html';
};

const liveAddress = (visit: Visit, seq: number): string => {
  const query = Object.fromEntries(visit.query);
  return withQuery(visit.address.split('?')[0]!, { ...query, seq });
};

/** Where the reader stands: what it last received, else what its page was made from. */
const cursorOf = (request: Request, visit: Visit): number => {
  const text = request.get('Last-Event-ID') ?? visit.query.get('seq') ?? '0';
  if (!/^\d{1,15}$/.test(text)) {
    throw new BadRequestError(
      `expected the number of an event as Last-Event-ID or ?seq=, found ${JSON.stringify(text)}`,
    );
  }
  return Number(text);
};

const topicOf = (page: Page, concerns: Topic['concerns'], visit: Visit, assets: Assets): Topic => {
  const query = new URLSearchParams(visit.query);
  query.delete('seq');
  const now = visit.options.now ?? Date.now;
  const current = async (): Promise<Visit> => ({
    ...visit,
    query,
    access: await visit.accessNow(),
    nowMs: now(),
  });
  const { pulse } = page;
  return {
    key: JSON.stringify([nameOf(visit.identity) ?? null, visit.address.split('?')[0], query.toString()]),
    concerns,
    async render() {
      const moment = await current();
      return renderRegions(page.view(await page.load(moment), moment), assets.address);
    },
    ...(pulse === undefined ? {} : { pulse: async () => pulse({ ...visit, query, nowMs: now() }) }),
  };
};

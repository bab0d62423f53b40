import type { Request, RequestHandler, Response } from 'express';
import { withQuery } from './addresses.js';
import type { Assets } from './assets.js';
import { BadRequestError } from './errors.js';
import type { Hub, Topic } from './live/hub.js';
import type { Page, PageContext, Visit } from './page.js';
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
    const context = contextOf(page, visit);
    const follows = page.follows?.(context);
    const form = formOf(request, follows !== undefined);
    if (form === 'event-stream') {
      const topic = topicOf(page, follows!, context, visit.accessNow, assets);
      const after = cursorOf(request, visit);
      // What may not be seen is 404 here too, and not a stream that ends again and again.
      await page.load(context);
      hub.subscribe(topic, response, after);
      return;
    }
    // Read before the page: an event between the two is then sent again, and does no harm.
    const seq = visit.options.store.head().seq;
    const model = await page.load(context);
    if (form === 'json') {
      await sendText(request, response, 'application/json', `${JSON.stringify(model)}\n`);
      return;
    }
    await sendDocument(request, response, assets, visit, {
      view: page.view(model, context),
      liveAddress: follows === undefined ? undefined : liveAddress(visit, context.query, seq),
    });
  };

/** Sends a view within its frame. */
export const sendDocument = async (
  request: Request,
  response: Response,
  assets: Assets,
  { identity, options, token }: Pick<Visit, 'identity' | 'options' | 'token'>,
  { view, liveAddress }: { view: ReturnType<Page['view']>; liveAddress?: string | undefined },
): Promise<void> => {
  const html = renderDocument({
    view,
    identity,
    token,
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

const liveAddress = (visit: Visit, query: URLSearchParams, seq: number): string =>
  withQuery(visit.address.split('?')[0]!, { ...Object.fromEntries(query), seq });

/** What of a visit the page may see. */
const contextOf = (page: Page, { options, access, params, query, nowMs }: Visit): PageContext => {
  const known = new URLSearchParams();
  for (const name of Object.keys(page.query ?? {})) {
    const value = query.get(name);
    if (value !== null) known.set(name, value);
  }
  return { options, access, params, query: known, nowMs };
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

/**
 * One topic for all who see the same: its key is all that the rendering depends on. Rights are one of two kinds, and
 * what is public is looked up anew for every rendering.
 */
const topicOf = (
  page: Page,
  concerns: Topic['concerns'],
  context: PageContext,
  accessNow: Visit['accessNow'],
  assets: Assets,
): Topic => {
  const { params, query, options, access } = context;
  const now = options.now ?? Date.now;
  const { pulse } = page;
  return {
    key: JSON.stringify([access.all, page.path, params, query.toString()]),
    concerns,
    async render() {
      const moment = { ...context, access: await accessNow(), nowMs: now() };
      return renderRegions(page.view(await page.load(moment), moment), assets.address);
    },
    ...(pulse === undefined ? {} : { pulse: async () => pulse({ ...context, nowMs: now() }) }),
  };
};

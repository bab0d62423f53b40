import { userInfo } from 'node:os';
import express, { type ErrorRequestHandler, type Request, type Router } from 'express';
import { accessOf } from './access.js';
import { actions } from './actions.js';
import { fromSegment } from './addresses.js';
import { loadAssets } from './assets.js';
import { NotFoundError, statusOf } from './errors.js';
import { eventExports } from './events/export.js';
import { rawEvents } from './events/raw-event.js';
import { atomFeeds } from './feeds/atom.js';
import { badges } from './feeds/badge.js';
import { metrics } from './feeds/metrics.js';
import { openApi } from './feeds/openapi.js';
import { createFolderMeter } from './disk/folder-meter.js';
import { type Identity, identify, nameOf } from './identity.js';
import { createHub } from './live/hub.js';
import { lineFragments } from './log/line-fragments.js';
import { createLogStore } from './log/log-store.js';
import { rawLogs } from './log/raw-log.js';
import type { WebOptions } from './options.js';
import type { Visit } from './page.js';
import { createPages } from './pages/index.js';
import { problemView } from './parts/problem.js';
import { allRepoNames } from './queries/find-repo.js';
import { createRequestTokens } from './request-token.js';
import { securityHeaders } from './security-headers.js';
import { sendAsset } from './send.js';
import { sendDocument, servePage, wantsJson } from './serve-page.js';

/** The pages as a router; `close` ends the live ones. */
export type WebRouter = Router & { close(): void };

/** Every page of the web, with its live form, its JSON form and its actions. Mount it at the root of an app. */
export const createWebRouter = (options: WebOptions): WebRouter => {
  const { store } = options;
  const router = express.Router({ caseSensitive: true, strict: true });
  const assets = loadAssets();
  const logs = createLogStore();
  const meter = createFolderMeter(options.root, options.now ?? Date.now);
  const tokens = createRequestTokens();
  const operator = options.operator ?? userInfo().username;
  const report = options.report ?? (() => {});
  const hub = createHub({
    events$: store.events$,
    head: () => store.head().seq,
    report: (error) => report(error, 'a live page'),
  });

  const visit = async (request: Request): Promise<Visit> => {
    const identity = identify(request, { operator, ...(options.auth && { auth: options.auth }) });
    const accessNow = () =>
      accessOf(
        identity,
        () => allRepoNames(store.read),
        (repo) => options.publicAccess?.(repo) ?? 'nothing',
      );
    const name = nameOf(identity);
    return {
      options,
      identity,
      access: await accessNow(),
      accessNow,
      params: paramsOf(request),
      query: new URL(request.originalUrl, 'http://localhost').searchParams,
      address: request.originalUrl,
      token: name === undefined ? undefined : tokens.issue(name),
      nowMs: (options.now ?? Date.now)(),
    };
  };

  router.use(securityHeaders);
  router.get('/assets/:name', (request, response) => {
    const asset = assets.find(request.params.name);
    if (asset === undefined) throw new NotFoundError(`There is no asset ${request.params.name}.`);
    sendAsset(request, response, asset, request.query.v === asset.digest);
  });
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok', version: options.version, seq: store.head().seq });
  });
  const pages = createPages(options, logs, meter);
  const figures = metrics(options, { hub, meter, visit });
  for (const page of pages) router.get(page.path, servePage(page, { assets, hub, visit }));
  router.use(openApi(pages, options.version));
  router.use(figures.router);
  router.use(atomFeeds(options, visit));
  router.use(badges(options, visit));
  router.use(rawLogs(options, visit));
  router.use(lineFragments(options, logs, visit));
  router.use(eventExports(options, visit));
  router.use(rawEvents(visit));
  router.use(actions({ options, tokens, visit }));
  router.use((request) => {
    throw new NotFoundError(`There is no page ${request.path}.`);
  });

  const onError: ErrorRequestHandler = async (error, request, response, _next) => {
    const status = statusOf(error);
    if (status === 500) report(error, request.originalUrl);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const message = status === 500 ? 'The server met an error; its log says more.' : (error as Error).message;
    response.status(status);
    if (wantsJson(request)) {
      response.json({ code: (error as { code?: string }).code ?? 'internal', message });
      return;
    }
    const identity: Identity = identify(request, { operator, ...(options.auth && { auth: options.auth }) });
    await sendDocument(
      request,
      response,
      assets,
      { identity, options, token: undefined },
      { view: problemView(status, message) },
    );
  };
  router.use(onError);
  return Object.assign(router, {
    close() {
      figures.close();
      meter.close();
      hub.close();
    },
  });
};

/** The decoded parts of the path; a repository's one or two parts become `repo`. */
const paramsOf = (request: Request): Record<string, string> => {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    if (typeof value === 'string') params[name] = fromSegment(value);
  }
  if (params.name !== undefined) {
    params.repo = params.group === undefined ? params.name : `${params.group}/${params.name}`;
  }
  return params;
};

import { type AddressInfo, createServer } from 'node:net';
import type { Server } from 'node:http';
import express from 'express';
import { onTestFinished } from 'vitest';
import { timeSortedId } from '../../src/events/index.js';
import { decideCancel, decideRerun, viewRun } from '../../src/lifecycle/index.js';
import { type EventStore, openStore } from '../../src/store/index.js';
import { createWebRouter, type WebOptions, type WebRouter } from '../../src/web/index.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { createHistory, type History } from './history.js';

/** The pages of a real store, served on loopback; everything goes away with the test. */
export interface WebServer {
  readonly root: string;
  readonly store: EventStore;
  readonly history: History;
  readonly url: string;
  readonly errors: unknown[];
  /** Fetches a path as this machine's operator. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json(path: string): Promise<unknown>;
  text(path: string): Promise<string>;
  /** Ends the server and opens it again on the same root and port. */
  restart(): Promise<void>;
}

export interface WebServerOptions extends Partial<WebOptions> {
  readonly clock?: () => number;
}

export const startWeb = async (given: WebServerOptions = {}): Promise<WebServer> => {
  const { clock, ...options } = given;
  const root = temporaryRoot();
  const errors: unknown[] = [];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let store = openStore(root, clock === undefined ? {} : { now: clock });
  let router: WebRouter;
  let server: Server;

  const open = async (): Promise<void> => {
    const current = store;
    router = createWebRouter({
      store: current,
      root,
      url,
      version: '0.1.0',
      operator: 'ann',
      report: (error) => errors.push(error),
      ...(clock === undefined ? {} : { now: clock }),
      actions: actionsOn(current),
      trust: current.trust,
      ...options,
    });
    const app = express().disable('x-powered-by').use(router);
    server = await new Promise((resolve) => {
      const listening: Server = app.listen(port, '127.0.0.1', () => resolve(listening));
    });
  };
  const shut = async (): Promise<void> => {
    router.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  };
  await open();
  onTestFinished(shut);
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(url + path, { headers, redirect: 'manual' });
  const web = {
    root,
    url,
    errors,
    get store() {
      return store;
    },
    history: createHistory(store, root, clock),
    get,
    json: async (path: string) => (await get(path, { Accept: 'application/json' })).json(),
    text: async (path: string) => (await get(path, { Accept: 'text/html' })).text(),
    async restart() {
      await shut();
      store = openStore(root, clock === undefined ? {} : { now: clock });
      web.history = createHistory(store, root, clock);
      await open();
    },
  };
  return web;
};

const actionsOn = (store: EventStore): WebOptions['actions'] => ({
  async cancel(runId, by) {
    await store.append(
      (read) =>
        decideCancel(viewRun(read, runId), {
          by,
          reason: 'operator',
          message: `canceled by ${by}`,
          supersededBy: null,
          force: false,
        }),
      { actor: `operator:${by}` },
    );
  },
  async rerun(runId, { by, onlyFailed }) {
    const newRunId = timeSortedId(Date.now());
    const request = { newRunId, requestedAtMs: Date.now(), onlyFailed };
    await store.append((read) => decideRerun(viewRun(read, runId).run, request), {
      actor: `operator:${by}`,
    });
    return newRunId;
  },
});

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import type { Owner } from '../schedule.js';
import { current } from '../world.js';

/** One request of a client, and what it hears of it: exactly one of the two ends, and chunks before. */
export interface ClientRequest {
  readonly client: Owner;
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly token?: string;
  readonly body?: string;
  readonly onAnswer: (status: number, body: string) => void;
  /** No connection, or it broke off: what became of the request is not known. */
  readonly onBroken: (sent: boolean) => void;
  readonly onChunk?: (text: string) => void;
}

interface Exchange {
  readonly request: ClientRequest;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  open: boolean;
}

/** Stands for a node:http server that listens. */
export interface SimulatedServer {
  readonly path: string;
  readonly handler: RequestListener;
  address(): { port: number };
}

/** Sockets of the machine: requests and answers are steps, and may be lost with the server or by themselves. */
export class Network {
  readonly listeners = new Map<string, SimulatedServer>();
  readonly #open = new Set<Exchange>();
  readonly #lossRate: number;

  constructor(lossRate: number) {
    this.#lossRate = lossRate;
  }

  send(request: ClientRequest): void {
    const { schedule, server } = current();
    const label = `${request.method} ${request.url}`;
    const listener = this.listeners.get(request.path);
    if (listener === undefined) {
      schedule.add(request.client, `${label}: no server`, () => request.onBroken(false));
      return;
    }
    const exchange = createExchange(request, (ended) => this.#answer(exchange, ended));
    exchange.open = true;
    this.#open.add(exchange);
    schedule.add(server, `${label} of ${request.client.name} arrives`, () => {
      if (!exchange.open) return;
      if (this.listeners.get(request.path) !== listener) return this.#break(exchange);
      listener.handler(exchange.message, exchange.response);
    });
  }

  /** The server is gone, and with it every connection. */
  dropServer(): void {
    this.listeners.clear();
    for (const exchange of [...this.#open]) this.#break(exchange);
  }

  stop(listener: SimulatedServer): void {
    if (this.listeners.get(listener.path) === listener) this.listeners.delete(listener.path);
    for (const exchange of [...this.#open])
      if (exchange.request.path === listener.path) this.#break(exchange);
  }

  /** A client is gone: the server hears it. */
  dropClient(client: Owner): void {
    for (const exchange of [...this.#open]) if (exchange.request.client === client) this.#close(exchange);
  }

  #break(exchange: Exchange): void {
    this.#close(exchange);
    const { schedule } = current();
    const { client, method, url, onBroken } = exchange.request;
    schedule.add(client, `${method} ${url} breaks off`, () => onBroken(true));
  }

  #close(exchange: Exchange): void {
    exchange.open = false;
    this.#open.delete(exchange);
    const { schedule, server } = current();
    schedule.add(server, `connection of ${exchange.request.client.name} closes`, () => {
      exchange.message.emit('close');
      exchange.response.emit('close');
    });
  }

  #answer(
    exchange: Exchange,
    { status, body, isChunk }: { status: number; body: string; isChunk: boolean },
  ): void {
    const { schedule, random, server } = current();
    if (!exchange.open || !server.alive) return;
    const { client, method, url, onAnswer, onChunk } = exchange.request;
    if (isChunk) {
      if (onChunk !== undefined) schedule.add(client, `${client.name} reads a chunk`, () => onChunk(body));
      return;
    }
    if (random.chance(this.#lossRate)) {
      schedule.note(`the answer ${status} to ${method} ${url} is lost`);
      this.#break(exchange);
      return;
    }
    exchange.open = false;
    this.#open.delete(exchange);
    schedule.add(client, `${method} ${url} is answered with ${status}`, () => onAnswer(status, body));
  }
}

type OnData = (data: { status: number; body: string; isChunk: boolean }) => void;

/** Node's own request and response, without a connection between them. */
const createExchange = (request: ClientRequest, onData: OnData): Exchange => {
  const message = new IncomingMessage(new Socket());
  message.method = request.method;
  message.url = request.url;
  message.headers = {
    host: 'localhost',
    ...(request.token !== undefined && { authorization: `Bearer ${request.token}` }),
    ...(request.body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(request.body)),
    }),
  };
  if (request.body !== undefined) message.push(request.body);
  message.push(null);
  const response = new ServerResponse(message);
  const isStream = request.onChunk !== undefined;
  let text = '';
  const take = (chunk: unknown): void => {
    if (chunk === undefined || chunk === null || typeof chunk === 'function') return;
    text += String(chunk);
    if (isStream) onData({ status: response.statusCode, body: String(chunk), isChunk: true });
  };
  response.write = ((chunk: unknown) => {
    take(chunk);
    return true;
  }) as typeof response.write;
  response.end = ((chunk?: unknown) => {
    take(chunk);
    if (!response.headersSent) response.writeHead(response.statusCode);
    response.finished = true;
    onData({ status: response.statusCode, body: text, isChunk: false });
    response.emit('finish');
    return response;
  }) as typeof response.end;
  return { request, message, response, open: false };
};

/** Takes the place of src/server/listen.ts. */
export const simulatedListening = {
  checkSocketPath: () => undefined,
  listenOnSocket: (path: string, handler: RequestListener) => listen(path, handler),
  listenOnPort: (host: string, port: number, handler: RequestListener) => listen(`${host}:${port}`, handler),
  stopListening: (listener: SimulatedServer): Promise<void> => {
    current().network.stop(listener);
    return Promise.resolve();
  },
};

const listen = (path: string, handler: RequestListener): Promise<SimulatedServer> => {
  const { network, schedule, server } = current();
  const listener: SimulatedServer = { path, handler, address: () => ({ port: 3000 }) };
  return new Promise((resolve) => {
    schedule.add(server, `listen on ${path.replace(`${current().root}/`, '')}`, () => {
      network.listeners.set(path, listener);
      resolve(listener);
    });
  });
};

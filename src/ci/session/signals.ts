import { setTimeout as sleep } from 'node:timers/promises';
import { type CancelSignal, cancelSignal } from '../../events/run-protocol.js';
import type { ServerClient } from '../server/client.js';
import { BadAnswerError, RefusedError } from '../server/errors.js';
import { parseServerEvents } from './server-events.js';

const reconnectMs = 500;

/** The server says something every 15 s; after this long the connection is taken for dead. */
const silenceMs = 60_000;

/**
 * Listens for the server's signals until `stop` is aborted, reconnecting whenever the stream breaks off. A
 * refusal ends the listening in silence: the events, which are sent all the time, meet the same refusal and
 * report it.
 *
 * @param onProblem told of an answer outside the protocol; listening goes on.
 */
export const listenForSignals = async (
  client: ServerClient,
  onCancel: (signal: CancelSignal) => void,
  onProblem: (problem: Error) => void,
  stop: AbortSignal,
): Promise<void> => {
  while (!stop.aborted) {
    try {
      await listenOnce(client, onCancel, stop);
    } catch (error) {
      if (error instanceof RefusedError) return;
      if (error instanceof BadAnswerError) onProblem(error);
    }
    await sleep(reconnectMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
};

const listenOnce = async (
  client: ServerClient,
  onCancel: (signal: CancelSignal) => void,
  stop: AbortSignal,
): Promise<void> => {
  const path = '/api/run/signals';
  const response = await client.stream({ method: 'GET', path, signal: stop });
  response.socket.setTimeout(silenceMs);
  for await (const { event, data } of parseServerEvents(response)) {
    if (event !== 'cancel') continue;
    const parsed = cancelSignal.safeParse(parseJson(data));
    if (!parsed.success) throw new BadAnswerError(`GET ${path}`, `a cancel signal with data ${data}`);
    onCancel(parsed.data);
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

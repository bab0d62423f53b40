import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { CliError } from './cli-error.js';

/** One message of a server-sent stream. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** The messages of a server-sent answer, as they come. Ends with the connection. Throws CliError `server-fault`. */
export async function* serverEvents(response: IncomingMessage): AsyncGenerator<ServerEvent> {
  let event = 'message';
  for await (const line of linesOf(response)) {
    if (line.startsWith('event: ')) event = line.slice('event: '.length);
    if (line.startsWith('data: ')) yield { event, data: parse(line.slice('data: '.length)) };
    if (line === '') event = 'message';
  }
}

/** A server that was killed ends them as one that closed the connection does. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError('server-fault', `the server sent something that is not JSON: ${text.slice(0, 200)}`);
  }
};

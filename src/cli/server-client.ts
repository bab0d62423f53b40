import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { apiError } from '../events/run-protocol.js';
import { CliError } from './cli-error.js';

const maxAnswerBytes = 4 * 1024 * 1024;
const answerTimeoutMs = 60_000;

/** The server understood the request and did not do it; `code` and the message are its own. */
export class ServerRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ServerRefusal';
  }
}

/** Where the server of a root listens for its operator. */
export const serverSocket = (root: string): string => join(root, 'server.sock');

/**
 * Asks the running server of a root. Resolves to the JSON of its answer, or to undefined when no server runs
 * there. Throws {@link ServerRefusal}, CliError `server-fault` for an answer that is none.
 */
export const askServer = async (
  root: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const response = await openAnswer(root, method, path, { body });
  return response === undefined ? undefined : readAnswer(response, `${method} ${path}`);
};

/**
 * The JSON of an answer to what was `asked`. Throws {@link ServerRefusal}, CliError `server-fault` for an answer
 * that is none.
 */
export const readAnswer = async (response: IncomingMessage, asked: string): Promise<unknown> => {
  const text = await readText(response);
  const answer = parseJson(text, asked);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return answer;
  const problem = apiError.safeParse(answer);
  if (problem.success) throw new ServerRefusal(status, problem.data.code, problem.data.message);
  throw new CliError('server-fault', `the server answered ${asked} with status ${status}: ${text}`);
};

/** Begins a request and gives its response as it streams; undefined when no server runs for the root. */
export const openAnswer = (
  root: string,
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<IncomingMessage | undefined> =>
  new Promise((resolve, reject) => {
    const payload = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
    const asked: ClientRequest = request({
      socketPath: serverSocket(root),
      method,
      path,
      headers: {
        host: 'localhost',
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': payload.length }),
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    asked.setTimeout(answerTimeoutMs, () =>
      asked.destroy(new CliError('server-away', `the server of ${root} did not answer for a minute`)),
    );
    asked.once('response', (response) => {
      asked.setTimeout(0);
      resolve(response);
    });
    asked.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
    asked.end(payload);
  });

const readText = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) {
      throw new CliError('server-fault', `the server answered with more than ${maxAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string, asked: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    throw new CliError(
      'server-fault',
      `the server answered ${asked} with something that is not JSON: ${text}`,
    );
  }
};

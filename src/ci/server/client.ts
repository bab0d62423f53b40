import { Agent, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { z } from 'zod';
import { apiError } from '../../events/run-protocol.js';
import { parseAddress } from './address.js';
import { BadAnswerError, RefusedError, UnavailableError } from './errors.js';

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query, already encoded. */
  readonly path: string;
  readonly body?: Buffer | string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Answers longer than this are malformed, except streams. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** A server that says nothing for this long counts as away. */
const silenceMs = 30_000;

/** The run API of one run, one HTTP request at a time; says nothing twice by itself. */
export class ServerClient {
  readonly #where: RequestOptions;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  /** @param address `unix:<path>` or `http://host:port`. @throws BadAddressError */
  constructor(address: string, token: string) {
    this.#where = parseAddress(address);
    this.#token = token;
  }

  /**
   * One request and its JSON answer, checked.
   *
   * @throws RefusedError for an answer that is final, UnavailableError for one worth a repetition,
   *   BadAnswerError for one outside the protocol.
   */
  async json<Schema extends z.ZodType>(request: ServerRequest, schema: Schema): Promise<z.infer<Schema>> {
    const response = await this.stream(request);
    const text = (await readBody(request, response)).toString('utf8');
    const parsed = schema.safeParse(parseJson(request, text));
    if (parsed.success) return parsed.data;
    throw new BadAnswerError(named(request), z.prettifyError(parsed.error).replaceAll('\n', '; '));
  }

  /** One request and its answer as a stream; the caller reads it to its end or destroys it. Throws as `json`. */
  async stream(request: ServerRequest): Promise<IncomingMessage> {
    const response = await this.#send(request);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const text = (await readBody(request, response)).toString('utf8');
    if (status >= 500 || status === 408 || status === 429) {
      throw new UnavailableError(`${named(request)} was answered with ${status}: ${text.slice(0, 500)}`);
    }
    throw new RefusedError(named(request), status, readReason(text));
  }

  /** Lets go of idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, body, contentType, signal }: ServerRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { authorization: `Bearer ${this.#token}` };
      if (body !== undefined) {
        headers['content-type'] = contentType ?? 'application/json';
        headers['content-length'] = Buffer.byteLength(body);
      }
      const outgoing = httpRequest({ ...this.#where, agent: this.#agent, method, path, headers, signal });
      outgoing.setTimeout(silenceMs, () => {
        outgoing.destroy(new Error(`no answer for ${silenceMs} ms`));
      });
      outgoing.once('response', resolve);
      outgoing.once('error', (error) => {
        reject(new UnavailableError(`${method} ${path}: ${error.message}`, { cause: error }));
      });
      outgoing.end(body);
    });
  }
}

const named = ({ method, path }: ServerRequest): string => `${method} ${path}`;

const readBody = async (request: ServerRequest, response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes)
        throw new BadAnswerError(named(request), `longer than ${maxAnswerBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BadAnswerError) throw error;
    throw new UnavailableError(`${named(request)}: the answer broke off`, { cause: error });
  }
  return Buffer.concat(chunks);
};

const parseJson = (request: ServerRequest, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadAnswerError(named(request), `no JSON: ${(error as Error).message}`);
  }
};

const readReason = (text: string): z.infer<typeof apiError> => {
  try {
    return apiError.parse(JSON.parse(text));
  } catch {
    return { code: 'unexplained', message: text.slice(0, 500) };
  }
};

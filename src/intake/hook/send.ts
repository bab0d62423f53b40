import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join, relative } from 'node:path';
import { answerTimeoutMs } from './wording.js';

/** What came of a message; `kept` says whether it lies in the spool, where the server finds it later. */
export type SendOutcome =
  | { readonly kind: 'stored'; readonly lines: string }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly status: number; readonly kept: boolean }
  | { readonly kind: 'no-answer'; readonly timeoutMs: number; readonly kept: boolean }
  | { readonly kind: 'no-access'; readonly socket: string; readonly kept: boolean }
  | { readonly kind: 'not-running'; readonly kept: boolean };

/** More of an answer than any push can bring about. */
const maxAnswerBytes = 32 * 1024 * 1024;

/**
 * Posts the push message in `file` (a file of the spool, or `/dev/stdin`) to the server of `root`, as the hook does
 * with curl. Every end that a server can bring about is an outcome; throws only when `file` cannot be read.
 */
export async function sendSpooled(
  root: string,
  file: string,
  options: { readonly timeoutMs?: number } = {},
): Promise<SendOutcome> {
  const message = await readFile(file);
  const timeoutMs = options.timeoutMs ?? answerTimeoutMs;
  try {
    const { status, body } = await post(root, message, AbortSignal.timeout(timeoutMs));
    if (status >= 200 && status < 300) return { kind: 'stored', lines: body };
    if (status >= 400 && status < 500) return { kind: 'refused', status, reason: reasonIn(body) };
    return { kind: 'failed', status, kept: isKept(root, message) };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const kept = isKept(root, message);
    if (name === 'AbortError' || name === 'TimeoutError') return { kind: 'no-answer', timeoutMs, kept };
    if (code === 'EACCES') return { kind: 'no-access', socket: join(root, 'server.sock'), kept };
    return { kind: 'not-running', kept };
  }
}

function post(root: string, message: Buffer, signal: AbortSignal): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const posting = request({
      socketPath: socketPath(root),
      method: 'POST',
      path: '/api/pushes',
      headers: {
        host: 'localhost',
        'content-type': 'application/json',
        'content-length': message.length,
      },
      agent: false,
      signal,
    });
    posting.on('error', reject);
    posting.on('response', (response) => {
      readBody(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    posting.end(message);
  });
}

/** A socket's address holds about a hundred bytes: a deep root is reached on the shorter of two ways. */
function socketPath(root: string): string {
  const path = join(root, 'server.sock');
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new Error(`the answer has more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The message of `{"code": …, "message": …}`, or an answer in plain text as it is; in one line. */
function reasonIn(body: string): string {
  return messageIn(body)
    .trim()
    .replaceAll(/[\x00-\x1f\x7f]/g, ' ');
}

function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}

function isKept(root: string, message: Buffer): boolean {
  const id = /^\{"id":"([0-9a-z]{20})"/.exec(message.toString('latin1', 0, 64))?.[1];
  return id !== undefined && existsSync(join(root, 'spool', `${id}.json`));
}

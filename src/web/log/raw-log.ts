import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response, type Router } from 'express';
import { CriDecoder, type LogStream } from '../../logs/index.js';
import { BadRequestError } from '../errors.js';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';
import { shNumber } from '../pages/log.js';
import { findCommand, findRun } from '../queries/find-run.js';
import { logPath, openLog } from './log-file.js';

type Form = { readonly cri: true } | { readonly cri: false; readonly stream: LogStream | undefined };

/** The exact bytes that a command wrote, or its log file with times, as they are now. */
export const rawLogs = (options: WebOptions, visitOf: (request: Request) => Promise<Visit>): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/runs/:run/jobs/:job/sh/:n/raw', async (request, response) => {
    const { access, params, query } = await visitOf(request);
    const run = findRun(options.store.read, access, params.run!);
    const { jobId, n } = findCommand(options.store.read, run.id, params.job!, shNumber(params.n!));
    const form = formOf(query);
    const chunks = readLog(logPath(options.root, run.id, jobId, n), form);
    response.type('text/plain; charset=utf-8');
    if (query.has('download')) response.attachment(`${run.id}-${jobId.replaceAll(/[^\w.-]/g, '_')}-${n}.log`);
    await send(chunks, response);
  });
  return router;
};

const send = async (chunks: AsyncIterable<Buffer>, response: Response): Promise<void> => {
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), response);
  } catch (error) {
    // A visitor who goes away in mid-download is no error of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
};

const formOf = (query: URLSearchParams): Form => {
  const form = query.get('form') ?? 'bytes';
  const stream = query.get('stream');
  if (form === 'cri') return { cri: true };
  if (form === 'bytes' && stream === null) return { cri: false, stream: undefined };
  if (form === 'bytes' && (stream === 'stdout' || stream === 'stderr')) return { cri: false, stream };
  throw new BadRequestError('expected ?form=cri, ?stream=stdout, ?stream=stderr or nothing');
};

async function* readLog(path: string, form: Form): AsyncGenerator<Buffer> {
  const file = await openLog(path);
  if (file === undefined) return;
  try {
    const decoder = new CriDecoder();
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })) {
      yield form.cri ? chunk : outputOf(decoder, chunk, form.stream);
    }
  } finally {
    await file.close();
  }
}

const lineEnd = Buffer.from('\n');

const outputOf = (decoder: CriDecoder, chunk: Buffer, stream: LogStream | undefined): Buffer => {
  const pieces: Buffer[] = [];
  for (const line of decoder.push(chunk)) {
    if (stream !== undefined && line.stream !== stream) continue;
    pieces.push(line.text);
    if (!line.partial) pieces.push(lineEnd);
  }
  return Buffer.concat(pieces);
};

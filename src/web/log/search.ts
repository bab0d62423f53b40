import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { compiledFile } from '../compiled-file.js';
import { BadRequestError, BusyError } from '../errors.js';

export interface LogMatch {
  readonly number: number;
  /** The line without colours, at most 500 characters of it. */
  readonly text: string;
}

export interface LogSearch {
  readonly matches: readonly LogMatch[];
  /** The last line that was looked at. */
  readonly searchedTo: number;
  /** Why it ended there. */
  readonly ended: 'end' | 'enough' | 'time';
}

export interface SearchRequest {
  readonly path: string;
  readonly pattern: string;
  readonly flags: string;
  /** The first line to look at, from 1. */
  readonly fromLine: number;
  readonly maxMatches: number;
}

export interface SearchOptions {
  readonly fromLine: number;
  readonly maxMatches?: number;
  /** A search that takes longer gives what it has found. */
  readonly maxMs?: number;
}

const maxAtOnce = 2;

/** Searches logs, each search in a thread of its own, so that no pattern can stop the server. */
export interface LogSearcher {
  /** Throws BadRequestError for what is no regular expression, BusyError when too many searches run. */
  search(path: string, pattern: string, options: SearchOptions): Promise<LogSearch>;
}

export const createLogSearcher = (): LogSearcher => {
  let running = 0;
  return {
    async search(path, pattern, { fromLine, maxMatches = 200, maxMs = 5000 }) {
      const request = { path, pattern, flags: flagsOf(pattern), fromLine, maxMatches };
      if (!existsSync(path)) return { matches: [], searchedTo: 0, ended: 'end' };
      if (running >= maxAtOnce)
        throw new BusyError(`${maxAtOnce} searches run already; try again in a moment`);
      running += 1;
      try {
        return await searchInWorker(request, maxMs);
      } finally {
        running -= 1;
      }
    },
  };
};

/** Lower case finds both cases, as people expect of a search; an upper-case letter says that it matters. */
const flagsOf = (pattern: string): string => {
  const flags = /\p{Lu}/u.test(pattern.replaceAll(/\\./g, '')) ? 'u' : 'iu';
  try {
    new RegExp(pattern, flags);
    return flags;
  } catch (error) {
    throw new BadRequestError(
      `expected a regular expression, found ${JSON.stringify(pattern)}: ${(error as Error).message}`,
    );
  }
};

const searchInWorker = (request: SearchRequest, maxMs: number): Promise<LogSearch> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(compiledFile(new URL('./search-worker.js', import.meta.url)), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const matches: LogMatch[] = [];
    let searchedTo = request.fromLine - 1;
    let isEnd = false;
    const finish = (ended: LogSearch['ended']): void => {
      clearTimeout(timer);
      void worker.terminate();
      resolve({ matches, searchedTo, ended });
    };
    const timer = setTimeout(() => finish('time'), maxMs);
    worker.on('message', (part: { matches: LogMatch[]; searchedTo: number; isEnd: boolean }) => {
      matches.push(...part.matches);
      searchedTo = part.searchedTo;
      isEnd = part.isEnd;
    });
    worker.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    worker.on('exit', () => finish(isEnd ? 'end' : 'enough'));
  });

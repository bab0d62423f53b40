import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RebuildError } from '../rebuild/rebuild-error.js';

/** What the worker is told. */
export interface FoldRequest {
  readonly sourcePath: string;
  readonly targetPath: string;
  /** The names of projections in the register. */
  readonly names: readonly string[];
  readonly skipUnknown: boolean;
}

/** What it answers. */
export type FoldMessage =
  | { readonly kind: 'page'; readonly seq: number }
  | { readonly kind: 'done'; readonly seq: number }
  | {
      readonly kind: 'failed';
      readonly seq: number | null;
      readonly type: string | null;
      readonly problem: string;
    };

/**
 * {@link foldIntoFile} in a thread of its own, so that appends and readers keep theirs. Throws RebuildError, also
 * when `signal` ends it.
 */
export const foldInWorker = (
  sourcePath: string,
  targetPath: string,
  names: readonly string[],
  skipUnknown: boolean,
  onPage: (seq: number) => void,
  signal?: AbortSignal,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const workerData: FoldRequest = { sourcePath, targetPath, names, skipUnknown };
    const worker = new Worker(workerFile(), { workerData, resourceLimits: { maxOldGenerationSizeMb: 512 } });
    const end = () => void worker.terminate();
    signal?.addEventListener('abort', end, { once: true });
    worker.on('message', (message: FoldMessage) => {
      if (message.kind === 'page') onPage(message.seq);
      else if (message.kind === 'done') resolve(message.seq);
      else reject(new RebuildError(message.seq, message.type, message.problem));
    });
    worker.on('error', (error) => reject(new RebuildError(null, null, error.message)));
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', end);
      reject(
        new RebuildError(
          null,
          null,
          signal?.aborted === true ? 'the store was closed' : `the folding thread ended with code ${code}`,
        ),
      );
    });
  });

/** Compiled code: beside this file, or in `dist` when this file is run from its source. */
const workerFile = (): string => {
  const beside = fileURLToPath(new URL('./fold-worker.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/src/store/fold/fold-worker.js', import.meta.url));
};

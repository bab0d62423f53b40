import { parentPort, workerData } from 'node:worker_threads';
import { projections } from '../../../projections/index.js';
import type { FoldMessage, FoldRequest } from './fold-in-worker.js';
import { foldIntoFile } from './fold-into-file.js';
import { RebuildError } from '../rebuild/rebuild-error.js';

/** The thread of a rebuild: nothing but a fold, told to the one that started it. */
const { sourcePath, targetPath, names, skipUnknown } = workerData as FoldRequest;
const tell = (message: FoldMessage): void => parentPort!.postMessage(message);

try {
  const seq = foldIntoFile(sourcePath, targetPath, {
    projections: projections.filter(({ name }) => names.includes(name)),
    skipUnknown,
    onPage: (at) => tell({ kind: 'page', seq: at }),
  });
  tell({ kind: 'done', seq });
} catch (error) {
  const known = error instanceof RebuildError;
  tell({
    kind: 'failed',
    seq: known ? error.seq : null,
    type: known ? error.type : null,
    problem: known ? error.problem : (error as Error).message,
  });
}

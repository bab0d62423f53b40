import { projections } from '../../../projections/index.js';
import { answerInBackground } from '../background/answer.js';
import { FoldError } from './fold-error.js';
import type { FoldMessage, FoldRequest } from './fold-in-background.js';
import { foldIntoFile } from './fold-into-file.js';

/** The process of a rebuild: nothing but a fold, told to the one that started it. */
answerInBackground<FoldRequest, FoldMessage>(({ sourcePath, targetPath, names, skipUnknown }, tell) => {
  try {
    const seq = foldIntoFile(sourcePath, targetPath, {
      projections: projections.filter(({ name }) => names.includes(name)),
      skipUnknown,
      onPage: (at) => tell({ kind: 'page', seq: at }),
    });
    return { kind: 'done', seq };
  } catch (error) {
    const known = error instanceof FoldError;
    return {
      kind: 'failed',
      seq: known ? error.seq : null,
      type: known ? error.type : null,
      problem: (error as Error).message,
    };
  }
});

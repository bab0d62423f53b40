import { startInBackground } from '../background/start.js';
import { FoldError } from './fold-error.js';

/** What the process is told. */
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
 * `foldIntoFile` in a process of its own, so that appends and readers keep theirs. Throws FoldError, also when `signal`
 * ends it.
 */
export const foldInBackground = async (
  request: FoldRequest,
  onPage: (seq: number) => void,
  signal?: AbortSignal,
): Promise<number> => {
  let outcome: FoldMessage | undefined;
  const fold = startInBackground<FoldMessage>(script, request, (message) => {
    if (message.kind === 'page') onPage(message.seq);
    else outcome = message;
  });
  const end = () => void fold.end();
  signal?.addEventListener('abort', end, { once: true });
  const why = await fold.ended;
  signal?.removeEventListener('abort', end);
  if (outcome?.kind === 'done') return outcome.seq;
  if (outcome?.kind === 'failed') throw new FoldError(outcome.seq, outcome.type, outcome.problem);
  throw new FoldError(null, null, signal?.aborted === true ? 'the store was closed' : why);
};

const script = new URL('./fold-process.js', import.meta.url);

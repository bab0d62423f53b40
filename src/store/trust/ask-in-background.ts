import { startInBackground } from '../background/start.js';
import type { SampleOptions, SampleReport } from './check-sample.js';
import type { ChainReport } from './verify-chain.js';

/** What the process is asked. */
export interface TrustQuestion {
  readonly databasePath: string;
  /** The names of projections in the register. */
  readonly names: readonly string[];
  readonly question:
    | { readonly kind: 'check' }
    | { readonly kind: 'sample'; readonly options: SampleOptions }
    | { readonly kind: 'verify'; readonly afterSeq: number };
}

/** What it answers. */
export type TrustAnswer =
  | { readonly kind: 'check' | 'sample'; readonly report: SampleReport }
  | { readonly kind: 'verify'; readonly report: ChainReport }
  | { readonly kind: 'failed'; readonly problem: string };

/** A question under way. */
export interface Asked {
  /** Never rejects: a process that failed or was ended is an answer too. */
  readonly answer: Promise<TrustAnswer>;
  end(): Promise<void>;
}

/** Asks in a process of its own: folding and hashing a whole history would hold the server for a minute. */
export const askInBackground = (question: TrustQuestion): Asked => {
  let said: TrustAnswer | undefined;
  const asked = startInBackground<TrustAnswer>(script, question, (message) => {
    said = message;
  });
  return {
    answer: asked.ended.then((why) => said ?? { kind: 'failed', problem: why }),
    end: () => asked.end(),
  };
};

const script = new URL('./trust-process.js', import.meta.url);

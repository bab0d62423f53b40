import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SampleOptions, SampleReport } from './check-sample.js';
import type { ChainReport } from './verify-chain.js';

/** What the thread is asked. */
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
  /** Never rejects: a thread that failed or was ended is an answer too. */
  readonly answer: Promise<TrustAnswer>;
  end(): Promise<void>;
}

/** Asks in a thread of its own: folding and hashing a whole history would hold the server for a minute. */
export const askInWorker = (question: TrustQuestion): Asked => {
  const worker = new Worker(workerFile(), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const answer = new Promise<TrustAnswer>((resolve) => {
    worker.once('message', (message: TrustAnswer) => resolve(message));
    worker.once('error', (error) => resolve({ kind: 'failed', problem: error.message }));
    worker.once('exit', (code) => resolve({ kind: 'failed', problem: `its thread ended with code ${code}` }));
  });
  worker.unref();
  return {
    answer,
    async end() {
      await worker.terminate();
    },
  };
};

/** Compiled code: beside this file, or in `dist` when this file is run from its source. */
const workerFile = (): string => {
  const beside = fileURLToPath(new URL('./trust-worker.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/src/store/trust/trust-worker.js', import.meta.url));
};

import { exitCode } from './exit-code.js';

/** Ctrl-C, or a request of the system to end. */
export interface Interruption {
  /** Fires at the first signal. A second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Resolves at the first signal. */
  readonly happened: Promise<void>;
  /** Gives the signals back. */
  release(): void;
}

/** Takes SIGINT, SIGTERM and SIGHUP over, so that a command can end in order. */
export const takeInterruption = (): Interruption => {
  const abort = new AbortController();
  const happened = new Promise<void>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(exitCode.interrupted);
    abort.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: abort.signal,
    happened,
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
};

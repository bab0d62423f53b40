import { setTimeout as sleep } from 'node:timers/promises';
import { ServerAwayError, UnavailableError } from './errors.js';

const firstPauseMs = 50;
const longestPauseMs = 2_000;

/**
 * Tries until the server answers, pausing 50 ms, then twice as long each time up to 2 s.
 *
 * @param request what is tried, for the error.
 * @param awayMs for how long, from the first failure on.
 * @throws ServerAwayError after `awayMs`; the signal's reason when aborted; any error that is no UnavailableError.
 */
export const retry = async <Result>(
  request: string,
  awayMs: number,
  attempt: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => {
  let failingSince: number | undefined;
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof UnavailableError)) throw error;
      failingSince ??= performance.now();
      const leftMs = awayMs - (performance.now() - failingSince);
      if (leftMs <= 0) throw new ServerAwayError(request, awayMs, error);
      await sleep(Math.min(pauseMs(tries), leftMs), undefined, { signal });
    }
  }
};

/** A little less than the full pause, by chance, so that many runs do not come back in step. */
const pauseMs = (tries: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)) * (0.75 + Math.random() / 4);

import { type FolderSizes, measureFolders } from './measure-folders.js';

export interface MeasuredFolders extends FolderSizes {
  /** When they were found, by the server's clock. */
  readonly atMs: number;
}

/** Sizes of the folders of a data root for who asks, measured beside the requests and never within one. */
export interface FolderMeter {
  /** The last sizes, and why the last measurement failed if it did. Begins a new one where these are old. */
  ask(): MeterReading;
  /** The same, and begins nothing. */
  last(): MeterReading;
  close(): void;
}

export interface MeterReading {
  readonly folders: MeasuredFolders | null;
  readonly problem: string | null;
}

const minAgeMs = 5 * 60_000;

/** A large tree is measured less often: at most a hundredth of the time goes into it. */
const restFactor = 100;

const maxMs = 10 * 60_000;

export const createFolderMeter = (root: string, now: () => number): FolderMeter => {
  let reading: MeterReading = { folders: null, problem: null };
  let freshUntilMs = Number.NEGATIVE_INFINITY;
  let end: (() => void) | undefined;
  let isClosed = false;

  const measure = async (): Promise<void> => {
    const beganAtMs = now();
    const { process, sizes } = measureFolders(root);
    end = () => process.kill('SIGKILL');
    const timer = setTimeout(end, maxMs);
    try {
      reading = { folders: { ...(await sizes), atMs: now() }, problem: null };
    } catch (error) {
      reading = { ...reading, problem: (error as Error).message };
    } finally {
      clearTimeout(timer);
      end = undefined;
      freshUntilMs = now() + Math.max(minAgeMs, restFactor * (now() - beganAtMs));
    }
  };

  return {
    ask() {
      if (!isClosed && end === undefined && now() >= freshUntilMs) void measure();
      return reading;
    },
    last: () => reading,
    close() {
      isClosed = true;
      end?.();
    },
  };
};

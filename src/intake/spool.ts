import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePushMessage } from './push-message.js';
import type { Receiver } from './receive-push.js';

/** Where hooks leave pushes: one JSON file per push until the server has stored it. */
export const spoolFolder = (root: string): string => join(root, 'spool');

/** What a spooled file came to. */
export interface SpoolOutcome {
  readonly file: string;
  /** Undefined when the push is stored; otherwise why the file went to `spool/rejected`. */
  readonly problem?: Error;
}

export interface Spool {
  /** Takes in every file there is, oldest first, and reports each. */
  drain(): Promise<void>;
  /**
   * Drains once more, for what came since the last time, and again when files have lain for `settleMs`: those of
   * hooks that gave up waiting for an answer, and those that could not be taken in for a passing reason.
   */
  watch(): void;
  /** The file of a push that was stored on another way is not needed any more. */
  discard(pushId: string): Promise<void>;
  close(): void;
}

export interface SpoolOptions {
  readonly root: string;
  readonly receiver: Pick<Receiver, 'receive'>;
  readonly report: (outcome: SpoolOutcome) => void;
  /** The largest message taken in, in bytes. */
  readonly maxBytes: number;
  readonly settleMs?: number;
}

export const createSpool = ({ root, receiver, report, maxBytes, settleMs = 35_000 }: SpoolOptions): Spool => {
  const folder = spoolFolder(root);
  const rejected = join(folder, 'rejected');
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let draining: Promise<void> = Promise.resolve();

  const takeIn = async (file: string): Promise<void> => {
    const path = join(folder, file);
    try {
      await receiver.receive(parsePushMessage(await readBounded(path, maxBytes)));
      await rm(path, { force: true });
      report({ file });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (!isRefusal(error)) throw error;
      await mkdir(rejected, { recursive: true });
      await writeFile(join(rejected, `${file}.reason`), `${(error as Error).message}\n`);
      await rename(path, join(rejected, file));
      report({ file, problem: error as Error });
    }
  };

  const drainNow = async (): Promise<void> => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    for (const file of files.sort()) {
      await takeIn(file).catch((problem: Error) => {
        report({ file, problem });
        drainLater();
      });
    }
  };

  const drainLater = (): void => {
    if (watcher === undefined || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      drainWatched();
    }, settleMs);
    timer.unref();
  };

  const drainWatched = (): void => {
    drain().catch((problem: Error) => {
      report({ file: folder, problem });
      drainLater();
    });
  };

  const drain = (): Promise<void> => {
    draining = draining.then(drainNow, drainNow);
    return draining;
  };

  return {
    drain,
    watch() {
      watcher = watch(folder, (_change, name) => {
        if (name?.endsWith('.json') === true) drainLater();
      });
      drainWatched();
    },
    discard: (pushId) => rm(join(folder, `${pushId}.json`), { force: true }),
    close() {
      watcher?.close();
      watcher = undefined;
      clearTimeout(timer);
    },
  };
};

/** Errors that trying again cannot cure; on any other the file stays where it is. */
const refusals = new Set([
  'malformed-push',
  'invalid-repo-name',
  'unknown-repo',
  'forged-push',
  'invalid-object-id',
  'too-large',
]);

const isRefusal = (error: unknown): boolean => refusals.has((error as { code?: string }).code ?? '');

const readBounded = async (path: string, maxBytes: number): Promise<string> => {
  const { size } = await stat(path);
  if (size > maxBytes) {
    throw Object.assign(new Error(`the push message has ${size} bytes, ${maxBytes} are allowed`), {
      code: 'too-large',
    });
  }
  return readFile(path, 'utf8');
};

import { current, effect, isSimulating } from '../world.js';

/** The calls of node:fs/promises that the server makes; each becomes one step that does the real thing at once. */
const calls = [
  'mkdir',
  'readFile',
  'readdir',
  'rename',
  'rm',
  'stat',
  'writeFile',
  'access',
  'unlink',
] as const;

/** The real one, also where node:fs itself is replaced. */
const sync = process.getBuiltinModule('node:fs');

type Sync = typeof import('node:fs');
type Promised = typeof import('node:fs/promises');

/** node:fs/promises on the real disk, cut into steps. */
export const stepwiseFiles = (real: Promised): Promised => {
  const stepwise: Record<string, unknown> = { ...real };
  for (const call of calls) {
    const perform = sync[`${call}Sync`] as (...args: unknown[]) => unknown;
    stepwise[call] = (...args: unknown[]): Promise<unknown> => {
      if (!isSimulating()) return (real[call] as (...all: unknown[]) => Promise<unknown>)(...args);
      return effect(`${call} ${nameOf(args[0])}`, () => perform(...args));
    };
  }
  stepwise.open = async (path: string, flags: string) => {
    if (!isSimulating()) return real.open(path, flags);
    const file = await effect(`open ${nameOf(path)}`, () => sync.openSync(path, flags));
    return {
      stat: () => effect(`fstat ${nameOf(path)}`, () => sync.fstatSync(file)),
      appendFile: (bytes: Buffer) =>
        effect(`append to ${nameOf(path)}`, () => sync.appendFileSync(file, bytes)),
      close: async () => sync.closeSync(file),
    };
  };
  stepwise.default = stepwise;
  return stepwise as unknown as Promised;
};

/** node:fs whose `watch` tells of the files that the simulated hooks write. */
export const watchedFiles = (real: Sync): Sync => ({
  ...real,
  watch: ((folder: string, listener: (change: string, name: string) => void) => {
    if (!isSimulating()) return real.watch(folder, (change, name) => listener(change, String(name)));
    const { server, schedule } = current();
    const watcher = {
      folder,
      told: (name: string) => schedule.add(server, `hear of ${name}`, () => listener('rename', name)),
    };
    watchers.add(watcher);
    return { close: () => void watchers.delete(watcher) };
  }) as unknown as Sync['watch'],
});

const watchers = new Set<{ readonly folder: string; readonly told: (name: string) => void }>();

/** A file has come into a folder. */
export const tellWatchers = (folder: string, name: string): void => {
  for (const watcher of watchers) if (watcher.folder === folder) watcher.told(name);
};

export const forgetWatchers = (): void => watchers.clear();

const nameOf = (path: unknown): string => {
  const text = String(path);
  return isSimulating() ? text.replace(`${current().root}/`, '').replace(current().root, 'the root') : text;
};

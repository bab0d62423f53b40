import { resolve } from 'node:path';
import { askUserGit } from '../user-git.js';

/** A git checkout of the user, which is only ever read. */
export interface Checkout {
  /** The top folder of the working tree. */
  readonly top: string;
  /** The index that says which files are tracked. */
  readonly indexFile: string;
  /** Files that say what is ignored beside `.gitignore`. */
  readonly excludeFiles: readonly string[];
  /** Every folder that objects are in: its own and those it borrows from. */
  readonly objectFolders: readonly string[];
  /** Where history ends in a shallow clone; the file need not be there. */
  readonly shallowFile: string;
  /** Null before the first commit. */
  readonly head: string | null;
  /** `refs/heads/…`; null when HEAD is detached. */
  readonly branch: string | null;
  readonly objectFormat: string;
}

/** Looks at the checkout that holds `folder`. Throws CliError `not-a-checkout`. */
export const findCheckout = async (folder: string): Promise<Checkout> => {
  const top = await askUserGit(folder, ['rev-parse', '--show-toplevel']);
  const inTop = (args: readonly string[]) => askUserGit(top, args);
  const pathOf = async (name: string) => resolve(top, await inTop(['rev-parse', '--git-path', name]));
  const [indexFile, objects, ownExcludes, shallowFile, counts, objectFormat] = await Promise.all([
    pathOf('index'),
    pathOf('objects'),
    pathOf('info/exclude'),
    pathOf('shallow'),
    inTop(['count-objects', '-v']),
    inTop(['rev-parse', '--show-object-format']),
  ]);
  const usersExcludes = await optional(inTop(['config', '--get', '--type=path', 'core.excludesFile']));
  return {
    top,
    indexFile,
    excludeFiles: [
      ownExcludes,
      ...(usersExcludes === null ? defaultExcludes() : [resolve(top, usersExcludes)]),
    ],
    shallowFile,
    objectFolders: [objects, ...borrowed(counts)],
    head: await optional(inTop(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])),
    branch: await optional(inTop(['symbolic-ref', '--quiet', 'HEAD'])),
    objectFormat,
  };
};

/** git says no by failing. */
const optional = (answer: Promise<string>): Promise<string | null> =>
  answer.then(
    (text) => (text === '' ? null : text),
    () => null,
  );

const borrowed = (counts: string): string[] =>
  counts
    .split('\n')
    .filter((line) => line.startsWith('alternate: '))
    .map((line) => line.slice('alternate: '.length));

/** Where git looks when the user has named no file. */
const defaultExcludes = (): string[] => {
  const { XDG_CONFIG_HOME: config, HOME: home } = process.env;
  if (config) return [resolve(config, 'git/ignore')];
  return home ? [resolve(home, '.config/git/ignore')] : [];
};

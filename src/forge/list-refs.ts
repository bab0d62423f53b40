import { runGit } from './git.js';

/** A ref and the object it names: for an annotated tag the tag object, as a push reports it. */
export interface Ref {
  readonly ref: string;
  readonly sha: string;
}

/** Every ref of the repository, sorted by name. Throws GitError. */
export async function listRefs(gitDir: string, options: { signal?: AbortSignal } = {}): Promise<Ref[]> {
  const { stdout } = await runGit(['for-each-ref', '--format=%(objectname) %(refname)'], {
    gitDir,
    signal: options.signal,
    maxBytes: 512 * 1024 * 1024,
  });
  return stdout.toString().split('\n').filter(Boolean).map(parseLine);
}

/** Neither an object id nor a ref can hold a space or a newline. */
const parseLine = (line: string): Ref => {
  const space = line.indexOf(' ');
  return { sha: line.slice(0, space), ref: line.slice(space + 1) };
};

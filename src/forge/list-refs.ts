import { runGit } from './git.js';

/** A ref and the object it names: for an annotated tag the tag object, as a push reports it. */
export interface Ref {
  readonly ref: string;
  readonly sha: string;
}

/** More names than this would make a long command line: then git lists every ref there is. */
const mostNames = 100;

/**
 * Every ref of the repository, sorted by name. With `names`, those of them that exist are among the refs listed.
 * Throws GitError.
 */
export async function listRefs(
  gitDir: string,
  options: { readonly signal?: AbortSignal; readonly names?: readonly string[] } = {},
): Promise<Ref[]> {
  const names = options.names ?? [];
  const asked = names.length > mostNames ? [] : names;
  const { stdout } = await runGit(['for-each-ref', '--format=%(objectname) %(refname)', '--', ...asked], {
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

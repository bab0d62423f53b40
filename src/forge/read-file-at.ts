import { catFile } from './cat-file.js';
import { GitError } from './git-error.js';
import { checkObjectId } from './object-id.js';

/** A path that cannot name a file of a tree. */
export class InvalidTreePathError extends Error {
  readonly code = 'invalid-tree-path';
  constructor(readonly path: string) {
    super(
      `${JSON.stringify(path)} names no file of a repository; expected a path from the top of its tree, ` +
        'without empty parts, "." or "..", newline or NUL',
    );
    this.name = 'InvalidTreePathError';
  }
}

/** A file of a commit that is larger than the reader allows. */
export class FileTooLargeError extends Error {
  readonly code = 'file-too-large';
  constructor(
    readonly path: string,
    readonly maxBytes: number,
  ) {
    super(`${path} is larger than the ${maxBytes} bytes allowed`);
    this.name = 'FileTooLargeError';
  }
}

/**
 * The bytes of the file `path` in the commit `sha`, or null when there is no such file (or it is a folder). A
 * symbolic link is followed within the tree.
 * Throws {@link InvalidTreePathError}, {@link FileTooLargeError}, GitError, InvalidObjectIdError.
 */
export async function readFileAt(
  gitDir: string,
  sha: string,
  path: string,
  maxBytes: number,
  options: { signal?: AbortSignal } = {},
): Promise<Buffer | null> {
  const name = `${checkObjectId(sha)}:${checkTreePath(path)}`;
  try {
    const [object] = await catFile(gitDir, [name], {
      signal: options.signal,
      contents: true,
      maxBytes: maxBytes + headRoom + name.length,
    });
    if (object?.type !== 'blob') return null;
    if (object.size > maxBytes) throw new FileTooLargeError(path, maxBytes);
    return object.content;
  } catch (error) {
    if (error instanceof GitError && error.code === 'git-output-too-large')
      throw new FileTooLargeError(path, maxBytes);
    throw error;
  }
}

/** What git writes around the content of an object. */
const headRoom = 128;

function checkTreePath(path: string): string {
  const strange = /[\n\0]/.test(path) || path.split('/').some((part) => ['', '.', '..'].includes(part));
  if (strange) throw new InvalidTreePathError(path);
  return path;
}

import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Without waiting, should it be a named pipe. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * The bytes of a file of the pipeline in the workspace; undefined when there is none. The compiler asks for
 * macros in the middle of its work and cannot wait, so this does not either. Throws for a path that leads out
 * of the workspace over a symbolic link, and for what is no regular file.
 *
 * @param workspace real path of the workspace.
 */
export const readSource = (workspace: string, path: string): Uint8Array | undefined => {
  const real = realPathIfThere(join(workspace, path));
  if (real === undefined) return undefined;
  if (!real.startsWith(workspace + sep)) throw new Error(`${path} leads out of the workspace`);
  const fd = openSync(real, flags);
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`${path} is no regular file`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
};

const realPathIfThere = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
};

import { link, rename, rm } from 'node:fs/promises';

/**
 * Makes a file that has its name only once it is whole: `write` fills one beside it, which goes away when that fails.
 * Never replaces a file. Throws the system's error, `EEXIST` when there is one by then.
 */
export const writeWholeFile = async (
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> => {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await write(temporary);
    await putInPlace(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
};

/** A link is refused where a rename would replace what is there. */
const putInPlace = async (temporary: string, path: string): Promise<void> => {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!withoutLinks.has((error as NodeJS.ErrnoException).code)) throw error;
    await rename(temporary, path);
  }
};

/** What file systems say that know no second name of a file. */
const withoutLinks: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

import { existsSync, readFileSync } from 'node:fs';

/** The version in this installation's package.json, which lies above both src/cli and dist/src/cli. */
export const version = (): string => {
  let folder = new URL('../../', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('../', folder);
    if (parent.href === folder.href) throw new Error('the package.json of this installation is missing');
    folder = parent;
  }
  const { version: found } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
    version: string;
  };
  return found;
};

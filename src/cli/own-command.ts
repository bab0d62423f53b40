import { basename, relative } from 'node:path';

/** How this very command was called, so that a line shown to a person can be typed as it is. */
export const ownCommand = (script = process.argv[1] ?? 'quire', cwd = process.cwd()): string => {
  if (basename(script) === 'quire') return 'quire';
  const path = relative(cwd, script);
  return `node ${path.startsWith('..') ? script : path}`;
};

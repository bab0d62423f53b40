import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a compiled script of this room: where `script` says, or in `dist` when the asker is run from its source. */
export const compiledFile = (script: URL): string => {
  const path = fileURLToPath(script);
  if (existsSync(path)) return path;
  const room = path.lastIndexOf('/src/web/');
  return `${path.slice(0, room)}/dist${path.slice(room)}`;
};

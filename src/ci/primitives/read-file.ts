import { loadFile } from './load-file.js';
import { performing } from './primitive.js';
import { textArgument } from './text-argument.js';

/** `(read-file path)`: the content of a file of the workspace, or nil when there is none. */
export const readFile = performing((jobRun, [path], context) =>
  loadFile(jobRun, textArgument(path, 'read-file: the path'), context.where() ?? null),
);

import { isUtf8, type PlainData } from '../../lua/index.js';
import { loadFile } from './load-file.js';
import { performing } from './primitive.js';
import { textArgument } from './text-argument.js';

/** `(read-json path)`: a JSON file of the workspace as tables (null is nil), or nil when there is none. */
export const readJson = performing(async (jobRun, [path], context) => {
  const name = textArgument(path, 'read-json: the path');
  const bytes = await loadFile(jobRun, name, context.where() ?? null);
  return bytes === undefined ? undefined : context.vm.fromPlain(parse(bytes, name));
});

const parse = (bytes: Buffer, name: string): PlainData => {
  if (!isUtf8(bytes.toString('latin1'))) throw new Error(`read-json: ${name} is not UTF-8 text`);
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')) as PlainData;
  } catch (error) {
    throw new Error(`read-json: ${name} is not JSON: ${(error as Error).message}`);
  }
};

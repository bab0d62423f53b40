import { afterEach } from 'vitest';
import { type LoadedPipeline, type LoadOptions, loadPipeline } from '../../src/pipeline/index.js';

const opened: LoadedPipeline[] = [];

afterEach(() => {
  for (const { vm } of opened.splice(0)) vm.close();
});

/** Loads a pipeline of this text, with these other files in its repository. */
export const load = async (
  source: string,
  files: Readonly<Record<string, string>> = {},
  more: Partial<LoadOptions> = {},
): Promise<LoadedPipeline> => {
  const loaded = await loadPipeline({
    source: Buffer.from(source),
    filename: '.quire/ci.fnl',
    readModule: (path) => {
      const text = files[path];
      return text === undefined ? undefined : Buffer.from(text);
    },
    ...more,
  });
  opened.push(loaded);
  return loaded;
};

/** As {@link load}, with `ci` required already; line numbers count from the text given. */
export const loadCi = (source: string, files?: Readonly<Record<string, string>>): Promise<LoadedPipeline> =>
  load(`(local ci (require :quire.ci)) ${source}`, files);

/** Each diagnostic as `code line:column`. */
export const places = ({ diagnostics }: LoadedPipeline): string[] =>
  diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`);

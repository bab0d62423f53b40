import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/fennel/index.js';
import { view } from '../../src/fennel/view.js';
import { createVm, type Vm } from '../../src/lua/index.js';

const folder = join(import.meta.dirname, 'programs');
const programs = readdirSync(folder).filter((name) => name.endsWith('.fnl'));

describe('the corpus', () => {
  it('has the size that was promised', () => {
    expect(programs.length).toBeGreaterThanOrEqual(45);
  });

  it.each(programs)('%s gives the values that its last lines say', async (name) => {
    const { source, expected } = split(readFileSync(join(folder, name), 'latin1'));
    expect(expected.length).toBeGreaterThan(0);
    const vm: Vm = createVm({
      require: (module) => {
        const path = find(module, ['.fnl']);
        return path === undefined ? undefined : { load: load(vm, path), args: [module] };
      },
    });
    try {
      const values = await vm.call(load(vm, join(folder, name), source));
      expect(values.map((value) => view(value, { oneLine: true, escapeNewlines: true }))).toEqual(expected);
    } finally {
      vm.close();
    }
  });
});

/** A program ends with the comment `;; expect` and one comment line for each of its values. */
function split(text: string): { source: string; expected: string[] } {
  const [source = '', block = ''] = text.split('\n;; expect\n');
  const expected = block.trimEnd().split('\n');
  return { source, expected: expected.map((line) => line.replace(/^;; /, '')) };
}

function load(vm: Vm, path: string, source = readFileSync(path, 'latin1')) {
  const filename = path.slice(folder.length + 1);
  const compiled = compile(Buffer.from(source, 'latin1'), {
    filename,
    findMacroModule: (module) => {
      const found = find(module, ['.fnlm', '.fnl']);
      return found === undefined
        ? undefined
        : { source: readFileSync(found), filename: found.slice(folder.length + 1) };
    },
  });
  return vm.load({ ...compiled, chunkName: filename });
}

function find(module: string, extensions: readonly string[]): string | undefined {
  const path = join(folder, ...module.split('.'));
  return extensions.map((extension) => path + extension).find((candidate) => existsSync(candidate));
}

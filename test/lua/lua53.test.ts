import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVm } from '../../src/lua/index.js';

/**
 * Programs whose output was recorded with the reference implementation (`lua5.3 name.lua > name.out`, Lua
 * 5.3.6). They must print the same here, error messages included.
 */
const folder = join(import.meta.dirname, 'lua53');

const PRELUDE = `
  local write, tostring, select = ...
  function print(...)
    for i = 1, select("#", ...) do
      if i > 1 then write("\\t") end
      write(tostring((select(i, ...))))
    end
    write("\\n")
  end
  io = {write = function(...) for i = 1, select("#", ...) do write(tostring((select(i, ...)))) end end}
`;

function run(program: string): string {
  const vm = createVm();
  let output = '';
  const write = vm.createFunction('write', ([text]) => {
    output += text as string;
    return [];
  });
  const prelude = vm.load({ lua: PRELUDE, chunkName: 'prelude' });
  vm.callSync(prelude, [write, vm.globals.get('tostring'), vm.globals.get('select')]);
  const lua = readFileSync(join(folder, program), 'latin1');
  vm.callSync(vm.load({ lua, chunkName: program }));
  return output;
}

/** Addresses differ from run to run, there as here. */
function withoutAddresses(output: string): string[] {
  return output.replace(/0x[0-9a-f]{8,}/g, '0x…').split('\n');
}

describe('prints what the reference implementation prints', () => {
  const programs = readdirSync(folder).filter((name) => name.endsWith('.lua'));
  it.each(programs)('%s', (program) => {
    const recorded = readFileSync(join(folder, program.replace('.lua', '.out')), 'latin1');
    expect(withoutAddresses(run(program))).toEqual(withoutAddresses(recorded));
  });
});

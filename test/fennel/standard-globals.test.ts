import { expect, test } from 'vitest';
import { compile, standardGlobals } from '../../src/fennel/index.js';
import { createVm } from '../../src/lua/index.js';
import { failure } from './failure.js';

const names = (vm: ReturnType<typeof createVm>): unknown[] => [...vm.globals.entries()].map(([name]) => name);

test('the names the compiler takes for granted are those of a VM with require and print', () => {
  const vm = createVm({ require: () => undefined, print: () => undefined });
  expect(names(vm).sort()).toEqual([...standardGlobals].sort());
});

test('what a VM was not given is found missing when its own names are compiled with', () => {
  const globals = names(createVm()) as string[];
  expect(failure('(print 1)', { globals })).toMatchObject({ code: 'unknown-identifier', line: 1, column: 2 });
  expect(failure('(require :a)', { globals }).message).toBe('unknown identifier: require');
});

test('print hands the host what Lua would print', () => {
  const lines: string[] = [];
  const vm = createVm({ print: (line) => lines.push(line) });
  const source = '(print :a 1 2.0 nil true) (print) (print (setmetatable {} {:__tostring #"shown"}))';
  const { lua } = compile(source, { filename: 'test.fnl' });
  vm.callSync(vm.load({ lua, chunkName: 'test.fnl' }));
  expect(lines).toEqual(['a\t1\t2.0\tnil\ttrue', '', 'shown']);
});

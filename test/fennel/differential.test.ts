import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, read } from '../../src/fennel/index.js';
import { createVm, type LuaTable } from '../../src/lua/index.js';
import { arbitraryProgram } from './arbitrary-program.js';
import { evaluateTree, type Table, type Value } from './reference-evaluator.js';

const vm = createVm();

interface Outcome {
  readonly values: readonly unknown[];
  /** What `(t n)` was called with, in order. */
  readonly trace: readonly unknown[];
}

function byCompiler(source: string): Outcome {
  const { lua, lineMap, localNames } = compile(source, {
    filename: 'p.fnl',
    globals: ['t', 'sum', 'ipairs'],
  });
  const trace: unknown[] = [];
  const env = vm.createEnvironment();
  const note = vm.createFunction('t', ([n]) => {
    trace.push(n);
    return n;
  });
  env.set('t', note);
  env.set(
    'sum',
    vm.createFunction('sum', (numbers) => (numbers as number[]).reduce((a, b) => a + b, 0)),
  );
  const [result] = vm.callSync(vm.load({ lua, chunkName: 'p.fnl', lineMap, localNames, env }));
  return { values: [(result as LuaTable).get(1), (result as LuaTable).get(2)], trace };
}

function byWalking(source: string): Outcome {
  const trace: unknown[] = [];
  const note = (n: Value): Value[] => {
    trace.push(n);
    return [n];
  };
  const sum = (...numbers: Value[]): Value[] => [(numbers as number[]).reduce((a, b) => a + b, 0)];
  const [result] = evaluateTree(read(source, 'p.fnl'), { t: note, sum });
  return { values: [(result as Table).get(1), (result as Table).get(2)], trace };
}

test('compiled programs and walked trees agree in values and in order of evaluation', () => {
  fc.assert(
    fc.property(arbitraryProgram, (source) => {
      expect(byCompiler(source)).toEqual(byWalking(source));
    }),
    { numRuns: 1500 },
  );
});

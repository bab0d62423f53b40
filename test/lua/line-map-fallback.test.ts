import { describe, expect, it, vi } from 'vitest';
import { mapMessage, rewriteDebugInfo } from '../../src/lua/debug-info.js';
import { createVm } from '../../src/lua/index.js';
import { errorOf } from './run.js';

// As if the engine's prototypes had another shape.
vi.mock('../../src/lua/debug-info.js', async (original) => {
  const actual = await original<typeof import('../../src/lua/debug-info.js')>();
  return { ...actual, rewriteDebugInfo: vi.fn(actual.rewriteDebugInfo) };
});

describe('when debug information cannot be rewritten', () => {
  it('is noticed', () => {
    expect(rewriteDebugInfo({}, {})).toBe(false);
    expect(rewriteDebugInfo({ p: [], lineinfo: 'none' }, { lineMap: [1] })).toBe(false);
    expect(rewriteDebugInfo(undefined, {})).toBe(false);
  });

  it('messages and tracebacks are mapped instead', () => {
    vi.mocked(rewriteDebugInfo).mockReturnValueOnce(false);
    const vm = createVm();
    const fn = vm.load({
      lua: '\nlocal function f()\nerror("x")\nend\nf()',
      chunkName: 'a.fnl',
      lineMap: [1, 20, 30, 0, 50],
    });
    const error = errorOf(() => vm.callSync(fn));
    expect(error).toMatchObject({ message: 'a.fnl:30: x', file: 'a.fnl', line: 30 });
    expect(error.traceback).toContain("a.fnl:30: in local 'f'");
    expect(error.traceback).toContain('a.fnl:50: in main chunk');
  });

  it.each([
    ['a.fnl:2: x', 'a.fnl:20: x'],
    ['in function <a.fnl:1>', 'in function <a.fnl:10>'],
    ['b.fnl:2: x', 'b.fnl:2: x'],
    ['xa.fnl:2: x', 'xa.fnl:2: x'],
    ['a.fnl:2 without a colon', 'a.fnl:2 without a colon'],
    ['a.fnl:99: beyond', 'a.fnl:30: beyond'],
    ['twice a.fnl:1: and a.fnl:3: here', 'twice a.fnl:10: and a.fnl:30: here'],
  ])('%s → %s', (message, mapped) => {
    expect(mapMessage(message, 'a.fnl', [10, 20, 30])).toBe(mapped);
  });
});

import { describe, expect, it } from 'vitest';
import { load, loadCi, places } from './load.js';

describe('require', () => {
  it('finds the modules of the repository below .quire/lib', async () => {
    const { jobs, diagnostics } = await loadCi(
      '(local names (require :lib.deep.names)) (ci.job names.first [:quire/push] #nil)',
      {
        '.quire/lib/deep/names.fnl': '(local {: second} (require :lib.more)) {:first (.. "a-" second)}',
        '.quire/lib/more.fnl': '{:second :b}',
      },
    );
    expect(diagnostics).toEqual([]);
    expect(jobs.map(({ id }) => id)).toEqual(['a-b']);
  });

  it('runs a module once', async () => {
    const { jobs } = await loadCi(
      '(require :lib.counted) (let [c (require :lib.counted)] (ci.job (.. :n c.count) [:quire/push] #nil))',
      { '.quire/lib/counted.fnl': '(global count (+ (or _G.count 0) 1)) {:count _G.count}' },
    );
    expect(jobs[0]?.id).toBe('n1');
  });

  it('keeps the globals of a module its own', async () => {
    const { diagnostics } = await loadCi(
      '(require :lib.a) (ci.job (tostring _G.leaked) [:quire/push] #nil)',
      {
        '.quire/lib/a.fnl': '(global leaked true)',
      },
    );
    expect(diagnostics).toEqual([]);
  });

  it('registers jobs from a module, with its file and line and the line of the pipeline that led there', async () => {
    const { jobs } = await load(
      '(local lib (require :lib.jobs))\n\n(lib.make :b)\n(fn more []\n  (lib.make :c)\n  nil)\n(more)\nnil',
      {
        '.quire/lib/jobs.fnl':
          '(local ci (require :quire.ci))\n(ci.job :a [:quire/push] #nil)\n{:make (fn [id]\n (ci.job id [:a] #nil))}',
      },
    );
    expect(jobs.map(({ id, file, line, pipelineLine }) => [id, file, line, pipelineLine])).toEqual([
      ['a', '.quire/lib/jobs.fnl', 2, 1],
      ['b', '.quire/lib/jobs.fnl', 4, 3],
      ['c', '.quire/lib/jobs.fnl', 4, 5],
    ]);
  });

  it('reports findings of a module in its file, with its source line', async () => {
    const { diagnostics } = await load('(require :lib.jobs)', {
      '.quire/lib/jobs.fnl': '(local ci (require :quire.ci))\n(ci.job :a [:gone] #nil)',
    });
    expect(diagnostics).toMatchObject([
      { file: '.quire/lib/jobs.fnl', line: 2, column: 13, sourceLine: '(ci.job :a [:gone] #nil)' },
    ]);
  });

  it.each([
    'io',
    'os',
    'debug',
    'fs',
    'lib',
    'lib.',
    'lib..secret',
    'lib.a/b',
    'lib.../../etc/passwd',
    'quire.other',
    '',
  ])('finds nothing else: %j', async (name) => {
    const asked: string[] = [];
    const loaded = await load(
      `(require ${JSON.stringify(name)})`,
      {},
      {
        readModule: (path) => {
          asked.push(path);
          return undefined;
        },
      },
    );
    expect(loaded.diagnostics).toHaveLength(1);
    expect(loaded.diagnostics[0]?.message).toContain('not found');
    for (const path of asked) expect(path).toMatch(/^\.quire\/lib(\/[\w-]+)+\.fnl$/);
  });

  it('says how to name a module that is there', async () => {
    const { diagnostics } = await load('(require :names)', { '.quire/lib/names.fnl': '{}' });
    expect(diagnostics[0]?.message).toContain('write (require :lib.names)');
  });

  it('reports a module that does not compile where it is wrong', async () => {
    const { diagnostics } = await load('\n(require :lib.broken)', { '.quire/lib/broken.fnl': '{}\n(let [x' });
    expect(diagnostics).toMatchObject([{ file: '.quire/lib/broken.fnl', line: 2, sourceLine: '(let [x' }]);
  });

  it('reports an error in a module at its own line', async () => {
    const { diagnostics } = await load('(require :lib.failing)', {
      '.quire/lib/failing.fnl': '\n\n(error :oops)',
    });
    expect(diagnostics).toMatchObject([{ file: '.quire/lib/failing.fnl', line: 3 }]);
  });

  it('says which modules require each other in a cycle', async () => {
    const { diagnostics } = await load('(require :lib.a)', {
      '.quire/lib/a.fnl': '(require :lib.b)',
      '.quire/lib/b.fnl': '(require :lib.a)',
    });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toMatch(/lib\.a.*lib\.b/s);
  });
});

describe('import-macros', () => {
  it.each(['.quire/lib/m.fnl', '.quire/lib/m.fnlm', '.quire/lib/m/init-macros.fnl'])(
    'finds the macros of the repository in %s',
    async (path) => {
      const { jobs, diagnostics } = await loadCi(
        '(import-macros {: job-named} :lib.m) (job-named :made)\n(job-named :twice)',
        { [path]: '{:job-named (fn [id] `(ci.job ,id [:quire/push] #nil))}' },
      );
      expect(diagnostics).toEqual([]);
      expect(jobs.map(({ id, line }) => [id, line])).toEqual([
        ['made', 1],
        ['twice', 2],
      ]);
    },
  );

  it('of a module that is missing is an error at its place', async () => {
    const loaded = await load('\n(import-macros m :lib.gone)');
    expect(places(loaded)[0]).toMatch(/ 2:\d+$/);
    expect(loaded.diagnostics[0]?.message).toContain('lib.gone');
  });
});

describe('quire.runtime at top level', () => {
  it.each([
    ['(local rt (require :quire.runtime)) (rt.sh "true")', 'sh'],
    ['(local {: sh} (require :quire.runtime))', 'sh'],
    ['(each [k (pairs (require :quire.runtime))] nil)', 'quire.runtime'],
  ])('may not be touched: %s', async (source, name) => {
    const { diagnostics } = await load(source);
    expect(diagnostics[0]?.message).toContain(name);
    expect(diagnostics[0]?.message).toContain('outside a run-fn');
  });

  it('may be required', async () => {
    const { diagnostics } = await loadCi(
      '(local rt (require :quire.runtime)) (ci.job :a [:quire/push] #nil)',
    );
    expect(diagnostics).toEqual([]);
  });
});

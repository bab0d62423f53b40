import { describe, expect, it } from 'vitest';
import { load, loadCi, places } from './load.js';

describe('ci.job', () => {
  it('registers a job with its inputs, its options in milliseconds and its line', async () => {
    const { jobs, diagnostics } = await load(`
(local ci (require :quire.ci))
(ci.job :test [:quire/push]
  (fn [] nil))
(ci.job :deploy [:test :quire/push]
  {:timeout 1.5 :retry 2 :always true :allow-failure true :uninterruptible true}
  (fn [] nil))`);
    expect(diagnostics).toEqual([]);
    expect(jobs.map(({ runFn: _, ...job }) => job)).toEqual([
      {
        id: 'test',
        inputs: ['quire/push'],
        options: { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 },
        file: '.quire/ci.fnl',
        line: 3,
        pipelineLine: 3,
      },
      {
        id: 'deploy',
        inputs: ['test', 'quire/push'],
        options: { allowFailure: true, always: true, uninterruptible: true, timeoutMs: 1500, retry: 2 },
        file: '.quire/ci.fnl',
        line: 5,
        pipelineLine: 5,
      },
    ]);
  });

  it('takes ids that are not ASCII', async () => {
    const { jobs } = await loadCi('(ci.job "prüfen" [:quire/push] #nil)');
    expect(jobs[0]?.id).toBe('prüfen');
  });

  it('counts an input that is named twice once', async () => {
    const { jobs } = await loadCi('(ci.job :a [:quire/push :quire/push] #nil)');
    expect(jobs[0]?.inputs).toEqual(['quire/push']);
  });

  it.each([
    ['(ci.job)', 'ci.job expects an id as its first argument, found nil'],
    ['(ci.job 5 [:quire/push] #nil)', 'ci.job expects an id as its first argument, found the number 5'],
    ['(ci.job "\\xff" [:quire/push] #nil)', 'found the malformed text'],
    ['(ci.job :a :quire/push #nil)', 'job :a: expected a list of inputs, found the string "quire/push"'],
    ['(ci.job :a [:quire/push 3] #nil)', 'found a list with the number 3 in it'],
    ['(ci.job :a {:x 1} #nil)', 'found a table with the key the string "x"'],
    ['(ci.job :a [:quire/push])', 'job :a: expected a function to run, found nil'],
    ['(ci.job :a [:quire/push] {} nil)', 'job :a: expected a function to run, found nil'],
    ['(ci.job :a [:quire/push] 4 #nil)', 'job :a: expected a table of options, found the number 4'],
    ['(ci.job :a [:quire/push] {} #nil 1)', 'job :a: expected at most 4 arguments, found 5'],
  ])('refuses %s', async (source, message) => {
    const { diagnostics, jobs } = await loadCi(source);
    expect(jobs).toEqual([]);
    expect(diagnostics.map((one) => one.code)).toContain('bad-arguments');
    expect(diagnostics.map((one) => one.message).join('\n')).toContain(message);
    expect(diagnostics[0]?.hint).toContain('(ci.job :id [:quire/push]');
  });

  it.each([
    ['{:timeout 0}', 'option :timeout expects seconds, more than 0 and at most 2000000, found the number 0'],
    ['{:timeout "5"}', 'found the string "5"'],
    ['{:retry -1}', 'option :retry expects a whole number from 0 to 100, found the number -1'],
    ['{:retry 1.5}', 'found the number 1.5'],
    ['{:always 1}', 'option :always expects true or false, found the number 1'],
    ['{:timout 5}', 'job :a has the unknown option :timout'],
    ['{1 5}', 'job :a has the unknown option :the number 1'],
  ])('refuses the options %s', async (options, message) => {
    const { diagnostics } = await loadCi(`(ci.job :a [:quire/push] ${options} #nil)`);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toContain(message);
  });

  it('suggests the option that was meant', async () => {
    const { diagnostics } = await loadCi('(ci.job :a [:quire/push] {:alow-failure true} #nil)');
    expect(diagnostics[0]?.hint).toBe('did you mean :allow-failure?');
  });
});

describe('ci.image and ci.parallel', () => {
  it('are kept', async () => {
    const loaded = await loadCi('(ci.image "debian:13") (ci.parallel 4) (ci.job :a [:quire/push] #nil)');
    expect([loaded.image, loaded.maxParallelJobs]).toEqual(['debian:13', 4]);
  });

  it('have defaults', async () => {
    const loaded = await loadCi('(ci.job :a [:quire/push] #nil)');
    expect([loaded.image, loaded.maxParallelJobs]).toEqual([null, 1]);
  });

  it.each([
    ['(ci.image nil)', 'bad-image'],
    ['(ci.image "two words")', 'bad-image'],
    ['(ci.image :a) (ci.image :b)', 'duplicate-image'],
    ['(ci.parallel 0)', 'bad-parallel'],
    ['(ci.parallel 65)', 'bad-parallel'],
    ['(ci.parallel :all)', 'bad-parallel'],
    ['(ci.parallel 2) (ci.parallel 3)', 'duplicate-parallel'],
  ])('refuse %s', async (source, code) => {
    const { diagnostics } = await loadCi(`${source} (ci.job :a [:quire/push] #nil)`);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });
});

describe('a pipeline', () => {
  it('without a job is refused', async () => {
    expect(places(await load('(print :hello)'))).not.toEqual([]);
    expect(places(await load('(local x 1)'))).toEqual(['no-jobs 1:1']);
  });

  it('reports all findings of all kinds together, in source order, with column and source line', async () => {
    const { diagnostics } = await load(`
(local ci (require :quire.ci))
(ci.job :a/b [:quire/push] #nil)
(ci.job :test [:biuld :quire/push] #nil)
(ci.job :build [:quire/push] {:retries 1} #nil)
  (ci.job :build [] #nil)`);
    expect(
      diagnostics.map(({ code, line, column, sourceLine }) => ({ code, line, column, sourceLine })),
    ).toEqual([
      { code: 'bad-id', line: 3, column: 9, sourceLine: '(ci.job :a/b [:quire/push] #nil)' },
      {
        code: 'unknown-input',
        line: 4,
        column: 16,
        sourceLine: '(ci.job :test [:biuld :quire/push] #nil)',
      },
      {
        code: 'unknown-option',
        line: 5,
        column: 31,
        sourceLine: '(ci.job :build [:quire/push] {:retries 1} #nil)',
      },
      { code: 'duplicate-id', line: 6, column: 11, sourceLine: '  (ci.job :build [] #nil)' },
      { code: 'no-inputs', line: 6, column: 11, sourceLine: '  (ci.job :build [] #nil)' },
    ]);
  });

  it('finds the column of an input that stands on a later line of its call', async () => {
    const loaded = await loadCi('\n(ci.job :a\n  [:quire/push\n   :nowhere]\n  #nil)');
    expect(places(loaded)).toEqual(['unknown-input 4:4']);
  });

  it('points at the registration when a helper function makes it', async () => {
    const loaded = await loadCi('\n(fn make [id]\n  (ci.job id [:gone] #nil))\n(make :a)');
    expect(places(loaded)).toEqual(['unknown-input 3:15']);
  });

  it('that breaks off reports the error and what was registered wrongly before it', async () => {
    const loaded = await loadCi(
      '(ci.job :a [:quire/push] {:x 1} #nil)\n(ci.job :b [:later] #nil)\n(error :stop)',
    );
    expect(places(loaded)).toEqual(['unknown-option 1:58', 'lua-runtime 3:1']);
    expect(loaded.diagnostics[1]?.message).toContain('stop');
  });

  it('that does not compile reports every error of the compiler', async () => {
    const { diagnostics } = await load('(local a unknown-one)\n(local b unknown-two)');
    expect(diagnostics.map(({ line }) => line)).toEqual([1, 2]);
    expect(diagnostics[0]?.message).toContain('unknown-one');
  });

  it('that loops for ever at its top level is ended by the limit, which is named', async () => {
    const { diagnostics } = await load(
      '(local n 1)\n(while true (pcall error :x))',
      {},
      { limits: { cpuMs: 200 }, raiseHint: (limit) => `raise ${limit} elsewhere` },
    );
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: 'lua-cpu-limit', line: 2 });
    expect(diagnostics[0]?.message).toContain('cpuMs = 200');
    expect(diagnostics[0]?.message).toContain('raise cpuMs elsewhere');
  });

  it('that registers more jobs than allowed is refused with one finding', async () => {
    const loaded = await loadCi('(for [i 1 5000] (ci.job (.. :j i) [:quire/push] #nil))');
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['too-many-jobs']);
  });

  it('has at most 200 diagnostics', async () => {
    const loaded = await loadCi('(for [i 1 900] (ci.job (.. :j i) [:gone] #nil))');
    expect(loaded.diagnostics).toHaveLength(200);
  });

  it('larger than 1 MiB is not compiled', async () => {
    const loaded = await load(`;${'x'.repeat(1024 * 1024)}`);
    expect(loaded.diagnostics).toMatchObject([{ code: 'too-large' }]);
  });

  it('draws the same random numbers from the same seed', async () => {
    const source = '(ci.job (.. :j (math.random 1000000000)) [:quire/push] #nil)';
    const ids = await Promise.all(
      ['one', 'one', 'two'].map(async (seed) => {
        const { jobs } = await load(`(local ci (require :quire.ci)) ${source}`, {}, { seed });
        return jobs[0]?.id;
      }),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});

describe('registration inside a run-fn', () => {
  it('is an error that says where it belongs', async () => {
    const { jobs, vm } = await loadCi('(ci.job :a [:quire/push] (fn [] (ci.job :b [:a] #nil)))');
    await expect(vm.call(jobs[0]!.runFn)).rejects.toThrow('ci.job was called inside a run-fn');
  });
});

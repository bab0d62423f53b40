import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Registration } from '../../src/pipeline/index.js';
import { order, transitiveInputs, validate } from '../../src/pipeline/index.js';

const options = { allowFailure: false, always: false, uninterruptible: false, timeoutMs: null, retry: 0 };

const graph = (edges: Readonly<Record<string, readonly string[]>>): Registration[] =>
  Object.entries(edges).map(([id, inputs], index) => ({
    id,
    inputs,
    options,
    file: 'ci.fnl',
    line: index + 1,
    pipelineLine: index + 1,
  }));

const codes = (jobs: readonly Registration[]): string[] =>
  validate(jobs).map(({ code, line }) => `${code} ${line}`);

describe('validate', () => {
  it('finds nothing wrong with a diamond', () => {
    expect(validate(graph({ a: ['quire/push'], b: ['a'], c: ['a'], d: ['b', 'c', 'quire/push'] }))).toEqual(
      [],
    );
  });

  it.each([
    ['', 'is empty'],
    ['.', 'is not a safe file name'],
    ['..', 'is not a safe file name'],
    ['a/b', 'contains "/"'],
    ['quire/push', 'is the name of a source'],
    ['a\\b', 'contains "\\"'],
    ['-rf', 'begins with "-"'],
    ['a\nb', 'control character'],
    ['a\0b', 'control character'],
    ['a\u202eb', 'control character'],
    ['a\ufffdb', 'malformed text'],
    [' a', 'begins or ends with a space'],
    ['x'.repeat(129), 'is 129 characters long, 128 are allowed'],
    ['é'.repeat(128), 'is 256 bytes long, 255 are allowed'],
  ])('refuses the id %j', (id, problem) => {
    const [finding] = validate(graph({ [id]: ['quire/push'] }));
    expect(finding?.code).toBe('bad-id');
    expect(finding?.message).toContain(problem);
  });

  it.each(['test', 'build-linux', 'a.b', '.hidden', '…', 'a b', '<script>', "'", 'x'.repeat(128)])(
    'takes the id %j',
    (id) => {
      expect(validate(graph({ [id]: ['quire/push'] }))).toEqual([]);
    },
  );

  it('names the first registration of a duplicate id, and checks the graph of the first ones', () => {
    const jobs = [...graph({ a: ['quire/push'], b: ['a'] }), ...graph({ a: ['b'] })];
    expect(codes(jobs)).toEqual(['duplicate-id 1']);
    expect(validate(jobs)[0]?.message).toBe('job :a is registered already, at ci.fnl:1');
  });

  it('names the input that is unknown and the one that was meant', () => {
    const [finding] = validate(graph({ build: ['quire/push'], test: ['biuld'] }));
    expect(finding).toMatchObject({ code: 'unknown-input', hint: 'did you mean :build?', near: 'biuld' });
  });

  it('knows no other source than the push', () => {
    const [finding] = validate(graph({ a: ['quire/pull'] }));
    expect(finding).toMatchObject({ code: 'unknown-input', hint: 'did you mean :quire/push?' });
  });

  it('names the members of a cycle, once, and the jobs behind it', () => {
    const jobs = graph({
      start: ['quire/push'],
      a: ['c', 'start'],
      b: ['a'],
      c: ['b'],
      behind: ['c'],
      last: ['behind'],
    });
    expect(codes(jobs)).toEqual(['cycle 2', 'unreachable 5', 'unreachable 6']);
    expect(validate(jobs)[0]?.message).toBe('jobs wait for each other in a cycle: :a → :c → :b → :a');
  });

  it('reports a job that waits for itself', () => {
    expect(validate(graph({ a: ['a'] }))[0]?.message).toBe('jobs wait for each other in a cycle: :a → :a');
  });

  it('reports separate cycles separately', () => {
    expect(codes(graph({ a: ['b'], b: ['a'], c: ['d'], d: ['c'] }))).toEqual(['cycle 1', 'cycle 3']);
  });

  it('does not call a job unreachable because an input of it is unknown', () => {
    expect(codes(graph({ a: ['gone'], b: ['a'] }))).toEqual(['unknown-input 1']);
  });

  it('stays quick for a large dense graph', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `job-${i}`);
    const jobs = graph(
      Object.fromEntries(ids.map((id, i) => [id, i === 0 ? ['quire/push'] : ids.slice(0, i)])),
    );
    expect(validate(jobs)).toEqual([]);
    expect(order(jobs.toReversed()).map(({ id }) => id)).toEqual(ids);
  });
});

describe('order', () => {
  it('keeps the order of registration among jobs that could run next', () => {
    const jobs = graph({ z: ['quire/push'], b: ['a'], a: ['quire/push'], c: ['z'] });
    expect(order(jobs).map(({ id }) => id)).toEqual(['z', 'a', 'b', 'c']);
  });

  it('refuses a cycle', () => {
    expect(() => order(graph({ a: ['b'], b: ['a'] }))).toThrow('cycle');
  });

  /** Any graph in which a job has inputs among those before it, shuffled. */
  const acyclic = fc.integer({ min: 1, max: 12 }).chain((n) =>
    fc.tuple(
      fc.array(fc.array(fc.boolean(), { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
      fc.shuffledSubarray(
        Array.from({ length: n }, (_, i) => i),
        { minLength: n, maxLength: n },
      ),
    ),
  );

  it('puts every job behind its inputs, and validate agrees', () => {
    fc.assert(
      fc.property(acyclic, ([edges, shuffle]) => {
        const jobs = shuffle.map((i): Registration => {
          const inputs = edges[i]!.flatMap((has, j) => (has && j < i ? [`j${j}`] : []));
          return {
            id: `j${i}`,
            inputs: ['quire/push', ...inputs],
            options,
            file: 'f',
            line: 1,
            pipelineLine: 1,
          };
        });
        expect(validate(jobs)).toEqual([]);
        const ordered = order(jobs).map(({ id }) => id);
        expect([...ordered].sort()).toEqual(jobs.map(({ id }) => id).sort());
        for (const { id, inputs } of jobs) {
          for (const input of inputs.slice(1))
            expect(ordered.indexOf(input)).toBeLessThan(ordered.indexOf(id));
        }
      }),
    );
  });

  it('finds a cycle exactly where there is one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }), {
          minLength: 8,
          maxLength: 8,
        }),
        (edges) => {
          const jobs = edges.map(
            (inputs, i): Registration => ({
              id: `j${i}`,
              inputs: inputs
                .filter((j) => j !== i)
                .map((j) => `j${j}`)
                .concat('quire/push'),
              options,
              file: 'f',
              line: 1,
              pipelineLine: 1,
            }),
          );
          const inCycle = jobs.filter(({ id }) => transitiveInputs(id, jobs).has(id)).map(({ id }) => id);
          const found = validate(jobs).filter(({ code }) => code === 'cycle');
          expect(found.length > 0).toBe(inCycle.length > 0);
          for (const { message } of found) {
            for (const [, id] of message.matchAll(/:(j\d)/g)) expect(inCycle).toContain(id);
          }
        },
      ),
    );
  });
});

describe('transitiveInputs', () => {
  it('are the inputs, their inputs, and the source', () => {
    const jobs = graph({ a: ['quire/push'], b: ['a'], c: ['b'], d: ['quire/push'] });
    expect([...transitiveInputs('c', jobs)]).toEqual(['b', 'a', 'quire/push']);
  });
});

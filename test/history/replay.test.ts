import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnknownAnswerError } from '../../src/ci/index.js';
import type { Asked } from '../../src/history/replay/call.js';
import { JobScript } from '../../src/history/replay/job-script.js';
import { withColumn } from '../../src/history/replay/locate.js';
import type { RecordedCall, RecordedJob, RecordedState } from '../../src/history/replay/recorded-run.js';
import { isSameCommand, isSameText } from '../../src/history/replay/same-text.js';
import { Turns } from '../../src/history/replay/turns.js';
import { mostAtOnce } from '../../src/history/runs-in-the-way.js';

const place = { file: '.quire/ci.fnl', line: 3 };

const recordedCall = (asked: Asked, seq: number): RecordedCall => {
  if (asked.kind === 'secret') return { kind: 'secret', seq, name: asked.name, redactedSeq: null };
  if (asked.kind === 'read-file') {
    return { kind: 'read-file', seq, path: asked.path, sha256: null, redactedSeq: null };
  }
  if (asked.kind === 'write-file') {
    return { kind: 'write-file', seq, path: asked.path, sha256: asked.sha256, redactedSeq: null };
  }
  const { cmd, cwd } = asked;
  const times = { startedAtMs: 0, deadlineAtMs: null };
  return { kind: 'sh', seq, n: seq, cmd, cwd, location: place, ...times, redactedSeq: null, end: undefined };
};

const recordedJob = (calls: readonly RecordedCall[], state: RecordedState = 'succeeded'): RecordedJob => ({
  id: 'test',
  timeoutMs: null,
  calls,
  state,
  exitCode: null,
  message: null,
  failure: null,
});

const scriptOf = (calls: readonly RecordedCall[], state?: RecordedState): JobScript =>
  new JobScript(
    'test',
    recordedJob(calls, state),
    () => undefined,
    () => undefined,
  );

const name = fc.constantFrom('a', 'b', 'c');

const anyAsked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ kind: fc.constant('sh' as const), cmd: name, cwd: fc.constantFrom('.', 'sub') }),
  fc.record({ kind: fc.constant('sh' as const), cmd: fc.tuple(name, name), cwd: fc.constant('.') }),
  fc.record({ kind: fc.constant('read-file' as const), path: name }),
  fc.record({ kind: fc.constant('secret' as const), name }),
);

describe('the script of a job', () => {
  it('answers the same calls in the same order, each with its own record', () => {
    fc.assert(
      fc.property(fc.array(anyAsked, { maxLength: 12 }), (asked) => {
        const calls = asked.map((one, i) => recordedCall(one, i + 1));
        const script = scriptOf(calls);
        for (const [i, one] of asked.entries()) expect(script.answer(one, place).call).toBe(calls[i]);
        script.end();
        expect(script.divergence).toBeUndefined();
        expect(script.calls.every(({ answer }) => answer === 'same')).toBe(true);
      }),
    );
  });

  it('tells the first call that is another one, whatever follows', () => {
    fc.assert(
      fc.property(fc.array(anyAsked, { minLength: 1, maxLength: 12 }), fc.nat(), (asked, at) => {
        const changed = at % asked.length;
        const script = scriptOf(asked.map((one, i) => recordedCall(one, i + 1)));
        for (const one of asked.slice(0, changed)) script.answer(one, place);
        const stranger: Asked = { kind: 'sh', cmd: 'never heard of', cwd: '.' };
        expect(() => script.answer(stranger, place)).toThrow(UnknownAnswerError);
        expect(script.divergence).toMatchObject({ replayed: { text: 'never heard of', location: place } });
        expect(script.divergence?.recorded).not.toBeNull();
        for (const one of asked.slice(changed))
          expect(script.answer(one, place).call).toMatchObject({ kind: one.kind });
      }),
    );
  });

  it('tells of calls that were left out, at the end of the job', () => {
    const script = scriptOf([recordedCall({ kind: 'sh', cmd: 'a', cwd: '.' }, 1)]);
    script.end();
    expect(script.divergence).toMatchObject({ recorded: { kind: 'sh', text: 'a' }, replayed: null });
  });

  it('does not call it a divergence where the record itself was cut off', () => {
    const script = scriptOf([], 'canceled');
    expect(() => script.answer({ kind: 'secret', name: 'a' }, null)).toThrow(/^history ends here/);
    expect(script.divergence).toBeUndefined();
  });

  it('begins each attempt behind the one that failed', () => {
    const failed: RecordedCall = {
      kind: 'failed-attempt',
      seq: 2,
      message: 'no',
      location: null,
      redactedSeq: null,
    };
    const a: Asked = { kind: 'sh', cmd: 'a', cwd: '.' };
    const script = scriptOf([recordedCall(a, 1), failed, recordedCall(a, 3)]);
    expect(script.answer(a, place).call.seq).toBe(1);
    script.beginAttempt();
    expect(script.answer(a, place).call.seq).toBe(3);
    script.end();
    expect(script.divergence).toBeUndefined();
  });
});

/** Beside an asterisk nobody can tell where a mask begins. */
const plain = fc.string().map((text) => text.replaceAll('*', ''));

describe('a command with a secret', () => {
  it('is the recorded one wherever the mask stands, and only there', () => {
    fc.assert(
      fc.property(fc.array(plain), fc.string(), (texts, hidden) => {
        expect(isSameText(texts.join(hidden), texts.join('***'))).toBe(true);
        expect(isSameText(texts.join('***'), texts.join('***'))).toBe(true);
      }),
    );
    expect(isSameText('login abc now', 'login *** now')).toBe(true);
    expect(isSameText('login abc then', 'login *** now')).toBe(false);
    expect(isSameText('login ***', 'login abc')).toBe(false);
    expect(isSameText('ab', 'ab***b')).toBe(false);
  });

  it('is another one as a text than as a list of words', () => {
    expect(isSameCommand('echo a', ['echo', 'a'])).toBe(false);
    expect(isSameCommand(['echo', '***'], ['echo', '***'])).toBe(true);
    expect(isSameCommand(['echo', 'a'], ['echo', 'a', 'b'])).toBe(false);
  });
});

describe('answers that jobs wait for at the same time', () => {
  it('come in the order in which they were recorded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(1000), { maxLength: 20 }), async (seqs) => {
        const turns = new Turns();
        const order: number[] = [];
        await Promise.all(seqs.map((seq) => turns.wait(seq).then(() => order.push(seq))));
        expect(order).toEqual(seqs.toSorted((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the column of a call', () => {
  const source = Buffer.from('(fn [{: sh}]\n  (let [a (sh "one") b (sh "two")]\n    (sh a.x))\n  (other))\n');
  const columnOf = (text: string, line: number) =>
    withColumn({ kind: 'sh', text, location: { file: 'ci.fnl', line } }, () => source)?.column;

  it('is that of the primitive, and of the one with this text where there are several', () => {
    expect(columnOf('one', 2)).toBe(11);
    expect(columnOf('two', 2)).toBe(24);
    expect(columnOf('anything', 3)).toBe(5);
    expect(columnOf('anything', 4)).toBe(3);
    expect(columnOf('anything', 9)).toBeUndefined();
  });

  it('is left out where the source cannot be read', () => {
    const location = { file: 'ci.fnl', line: 1 };
    expect(withColumn({ kind: 'sh', text: 'a', location }, () => undefined)).toEqual(location);
    expect(withColumn({ kind: 'sh', text: 'a', location }, () => Buffer.from('((('))).toEqual(location);
  });
});

describe('runs in the way', () => {
  it('are counted as many as were under way at once', () => {
    const run = (claimedAtMs: number, finishedAtMs: number | null) => ({
      id: 'r',
      sameRef: false,
      queuedAtMs: 0,
      claimedAtMs,
      finishedAtMs,
    });
    expect(mostAtOnce([])).toBe(0);
    expect(mostAtOnce([run(1, 2), run(2, 3), run(3, null)])).toBe(1);
    expect(mostAtOnce([run(1, 5), run(2, null), run(6, 7)])).toBe(2);
  });
});

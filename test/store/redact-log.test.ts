import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewEvent } from '../../src/events/index.js';
import { describeLogFinding, describeLogRedaction, verifyLogs } from '../../src/history/index.js';
import { CriDecoder, criPrefixBytes } from '../../src/logs/index.js';
import {
  type EventStore,
  finishLogRedactions,
  LogRedactionError,
  logRedactions,
  openStore,
} from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';
import { runId, sampleEvent, shPaths } from '../lifecycle/reach.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryRoot, temporaryStore } from './temporary-store.js';

const actor = 'operator:ann' as const;
const secret = 'hunter2-é-hunter2';
const name = { runId, jobId: 'test', n: 1 };

const runner = fileURLToPath(new URL('../../node_modules/vite-node/vite-node.mjs', import.meta.url));
const script = fileURLToPath(new URL('./redact-until-killed.ts', import.meta.url));

const lineOf = (text: string, flag = 'F') => `2026-11-22T14:40:00.123456789Z stdout ${flag} ${text}\n`;
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A store with one ended command whose log holds these bytes; another root's file does as well. */
const storeWithLog = async (
  log: string,
  root?: string,
): Promise<{ store: EventStore & { readonly root: string }; path: string }> => {
  const store = temporaryStore();
  const path = join(root ?? temporaryRoot(), 'sh-1.log');
  writeFileSync(path, log);
  for (const type of shPaths.exited.slice(0, -1)) await store.append([sampleEvent(type)], { actor: 'ci' });
  const finished = {
    ...sampleEvent('sh.finished'),
    data: { ...sampleData['sh.finished'], logBytes: Buffer.byteLength(log), logSha256: sha256(log) },
  } as NewEvent;
  await store.append([finished], { actor: 'ci' });
  return { store, path };
};

const leaky = ['one', `token is ${secret}`, 'three', ''].map((text) => lineOf(text)).join('');

const redactLine = (
  { store, path }: { store: EventStore; path: string },
  fromLine: number,
  toLine = fromLine,
) => store.redactLog({ ...name, path, fromLine, toLine, reason: 'a token was in it' }, { actor });

const findingsOf = async ({ store, path }: { store: EventStore; path: string }) =>
  (await verifyLogs(store, () => path)).findings;

describe('a redaction of lines of a log', () => {
  it('destroys their text in the file, where it stands, and records digests, actor and reason', async () => {
    const log = await storeWithLog(leaky);
    const outcome = await redactLine(log, 2);
    const bytes = readFileSync(log.path);
    expect(bytes.includes('hunter2')).toBe(false);
    expect(bytes.toString()).toBe(
      leaky.replace(`token is ${secret}`, '*'.repeat(Buffer.byteLength(`token is ${secret}`))),
    );
    const [event] = log.store.readEvents({ types: ['log.redacted'] });
    expect(outcome).toEqual({ bySeq: event!.seq, isFinished: 'now', logSha256: sha256(bytes) });
    expect(event).toMatchObject({
      actor,
      typeVersion: 2,
      causationSeq: log.store.readEvents({ types: ['sh.finished'] })[0]!.seq,
      correlationId: log.store.readEvents({ types: ['run.queued'] })[0]!.correlationId,
      data: {
        ...name,
        fromLine: 2,
        toLine: 2,
        spanSha256: sha256(lineOf(`token is ${secret}`)),
        logSha256Before: sha256(leaky),
        logSha256: sha256(bytes),
        reason: 'a token was in it',
      },
    });
    expectRebuildable(log.store);
    expect(log.store.verify().findings).toEqual([]);
  });

  it('verifies as redacted with its reason, and names the lines', async () => {
    const log = await storeWithLog(leaky);
    await redactLine(log, 2);
    await redactLine(log, 1, 3);
    const report = await verifyLogs(log.store, () => log.path);
    expect(report).toMatchObject({ logs: 1, findings: [] });
    expect(report.redactions.map(describeLogRedaction)).toEqual([
      'log of command 1 of job test of run run-1: line 2 redacted by event 8: a token was in it',
      'log of command 1 of job test of run run-1: lines 1 to 3 redacted by event 9: a token was in it',
    ]);
    expect(logRedactions(log.store, runId, name)).toHaveLength(2);
    expect(logRedactions(log.store, 'another')).toEqual([]);
  });

  it.each<[string, number, number, string]>([
    ['lines that are not there', 4, 5, 'it has 4 lines; asked for was lines 4 to 5'],
    ['a line without text', 4, 4, 'there is no text in line 4'],
  ])('of %s is refused, and nothing changes', async (_, from, to, message) => {
    const log = await storeWithLog(leaky);
    const head = log.store.head();
    await expect(redactLine(log, from, to)).rejects.toThrow(LogRedactionError);
    await expect(redactLine(log, from, to)).rejects.toThrow(message);
    expect(log.store.head()).toEqual(head);
    expect(readFileSync(log.path, 'utf8')).toBe(leaky);
  });

  it('of what is destroyed already is refused, and names the event that did it', async () => {
    const log = await storeWithLog(leaky);
    await redactLine(log, 2, 3);
    await expect(redactLine(log, 3)).rejects.toThrow('is destroyed already, by event 8');
    expect(log.store.head().seq).toBe(8);
  });

  it('of a running command, an unknown one, a missing file and a link is refused', async () => {
    const { store, path } = await storeWithLog(leaky);
    const ask = (n: number, file: string) =>
      store.redactLog({ ...name, n, path: file, fromLine: 1, toLine: 1, reason: 'x' }, { actor });
    await expect(ask(9, path)).rejects.toThrow('there is no such command');
    await expect(ask(1, `${path}.none`)).rejects.toThrow('there is no file');
    symlinkSync(path, `${path}.link`);
    await expect(ask(1, `${path}.link`)).rejects.toThrow('is a link');
    await store.append(
      [{ ...sampleEvent('sh.started'), data: { ...sampleData['sh.started'], n: 2 } } as NewEvent],
      { actor: 'ci' },
    );
    await expect(ask(2, path)).rejects.toThrow('the command is still running; wait for its end');
    expect(readFileSync(path, 'utf8')).toBe(leaky);
  });

  it('reaches the last line of a log that was cut in mid-line, and one longer than what is read at once', async () => {
    const long = 'x'.repeat(3_000_000);
    const log = await storeWithLog(`${lineOf(`${secret}${long}${secret}`)}${lineOf(secret).slice(0, -5)}`);
    const size = readFileSync(log.path).length;
    await redactLine(log, 1, 2);
    const bytes = readFileSync(log.path);
    expect(bytes).toHaveLength(size);
    expect(bytes.includes('hunter2')).toBe(false);
    expect(await findingsOf(log)).toEqual([]);
  });

  it('of two at once does one after the other', async () => {
    const log = await storeWithLog(leaky);
    await Promise.all([redactLine(log, 1), redactLine(log, 2)]);
    expect(await findingsOf(log)).toEqual([]);
    expect(readFileSync(log.path, 'utf8')).toMatch(/ \*\*\*\n.* \*{27}\n.* three\n/);
  });

  it('keeps every line in its place, whatever the bytes and the span', async () => {
    const text = fc.string({ maxLength: 12 }).map((line) => line.replaceAll('\n', ' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.nat(7),
        async (texts, a, b) => {
          const [from, to] = [a % texts.length, b % texts.length].toSorted((x, y) => x - y);
          const lines = texts.map((line) => lineOf(line));
          const log = await storeWithLog(lines.join(''));
          if (texts.slice(from, to! + 1).every((line) => line.replaceAll('*', '') === '')) return;
          await redactLine(log, from! + 1, to! + 1);
          const after = new CriDecoder().push(readFileSync(log.path));
          expect(after.map((line) => line.text.toString())).toEqual(
            texts.map((line, i) =>
              i >= from! && i <= to! ? '*'.repeat(Buffer.byteLength(line)) : Buffer.from(line).toString(),
            ),
          );
          expect(await findingsOf(log)).toEqual([]);
          await log.store.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a redaction that ended half way', () => {
  /** The event is stored and the bytes are still there, all or half of them. */
  const halfDone = async (bytesDone: number) => {
    const log = await storeWithLog(leaky);
    await redactLine(log, 2);
    const done = readFileSync(log.path);
    const start = lineOf('one').length + criPrefixBytes;
    writeFileSync(
      log.path,
      Buffer.concat([done.subarray(0, start + bytesDone), Buffer.from(leaky).subarray(start + bytesDone)]),
    );
    return log;
  };

  it.each([0, 9, 20])(
    'with %i bytes overwritten is found by verification, which says what helps',
    async (bytes) => {
      const log = await halfDone(bytes);
      const [finding] = await findingsOf(log);
      expect(finding).toMatchObject({ code: 'redaction-unfinished', bySeq: 8, ...name });
      expect(describeLogFinding(finding!)).toContain(
        'event 8 says that lines of it are destroyed, and they are still there; quire doctor --fix destroys them',
      );
    },
  );

  it('is finished by the same call, without a second event', async () => {
    const log = await halfDone(9);
    expect(await redactLine(log, 2)).toMatchObject({ bySeq: 8, isFinished: 'earlier-attempt' });
    expect(log.store.head().seq).toBe(8);
    expect(await findingsOf(log)).toEqual([]);
    await expect(redactLine(log, 2)).rejects.toThrow('destroyed already, by event 8');
  });

  it('is finished by a call for other lines, too', async () => {
    const log = await halfDone(0);
    await redactLine(log, 3);
    expect(readFileSync(log.path).includes('hunter2')).toBe(false);
    expect(await findingsOf(log)).toEqual([]);
  });

  it('is finished by itself when asked to', async () => {
    const log = await halfDone(0);
    expect(await finishLogRedactions(log.store, name, log.path)).toBe(true);
    expect(await finishLogRedactions(log.store, name, log.path)).toBe(false);
    expect(await findingsOf(log)).toEqual([]);
  });
});

describe('a redaction whose process is killed', () => {
  it('at the moment its event is stored is found, or done, and finished by the next call', async () => {
    const count = 40_000;
    const log = Array.from({ length: count }, (_, i) => lineOf(`${secret} ${i} ${'x'.repeat(200)}`)).join('');
    const { store, path } = await storeWithLog(log);
    await store.close();
    const child = spawn(process.execPath, [runner, script, store.root, path, runId, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = openStore(store.root);
    onTestFinished(() => next.close());
    const codes = (await findingsOf({ store: next, path })).map(({ code }) => code);
    expect([[], ['redaction-unfinished']]).toContainEqual(codes);
    const request = { ...name, path, fromLine: 1, toLine: count, reason: 'a token was in it' };
    const again = next.redactLog(request, { actor });
    if (codes.length === 0) await expect(again).rejects.toThrow('is destroyed already');
    else expect(await again).toMatchObject({ isFinished: 'earlier-attempt' });
    expect(readFileSync(path).includes('hunter2')).toBe(false);
    expect(await findingsOf({ store: next, path })).toEqual([]);
    expect(next.readEvents({ types: ['log.redacted'] })).toHaveLength(1);
  });
});

describe('a log that somebody changed', () => {
  it.each<[string, (log: Buffer) => Buffer, string]>([
    ['one byte', (log) => Buffer.from(log.with(50, 33)), 'its bytes were changed; expected digest'],
    ['its end', (log) => log.subarray(0, -1), 'its end was cut off; expected 199 bytes, found 198 bytes'],
    ['more than it had', (log) => Buffer.concat([log, log]), 'something was added to it; expected 199 bytes'],
  ])('in %s is found, and named', async (_, change, words) => {
    const log = await storeWithLog(leaky);
    writeFileSync(log.path, change(readFileSync(log.path)));
    const findings = await findingsOf(log);
    expect(findings.map(describeLogFinding)).toEqual([
      expect.stringContaining(`log of command 1 of job test of run run-1 (${log.path}): ${words}`),
    ]);
  });

  it('behind a redaction is found, and so is what was changed before one', async () => {
    const log = await storeWithLog(leaky);
    writeFileSync(log.path, leaky.replace('three', 'thr33'));
    await redactLine(log, 2);
    expect((await findingsOf(log)).map(({ code }) => code)).toEqual(['changed-before-redaction']);
    writeFileSync(log.path, readFileSync(log.path, 'utf8').replace('one', '0ne'));
    expect((await findingsOf(log)).map(({ code }) => code)).toEqual([
      'changed-before-redaction',
      'log-changed',
    ]);
  });
});

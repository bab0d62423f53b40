import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PipePool } from '../../../src/ci/command/pipe-pool.js';
import { type CommandRequest, RunningCommand } from '../../../src/ci/command/running-command.js';
import type { LogSummary } from '../../../src/ci/log/log-writer.js';
import { CriDecoder, rebuildFromLog } from '../../../src/logs/index.js';
import { eventually, isRunning, pidWritten } from '../fixture/processes.js';
import { temporaryFolder } from '../fixture/temporary-folder.js';

const pipes = new PipePool();
afterAll(() => pipes.close());

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const open = { push: (chunk: Buffer) => chunk, flush: () => Buffer.alloc(0) };

const request = (script: string | string[], more: Partial<CommandRequest> = {}): CommandRequest => ({
  argv: typeof script === 'string' ? ['/bin/sh', '-c', script] : script,
  cwd: folder,
  env: { PATH: process.env.PATH ?? '' },
  stdin: undefined,
  timeoutMs: null,
  killGraceMs: 5_000,
  captureBytes: 1024 * 1024,
  ...more,
  log: {
    path: join(folder, 'jobs/a/sh-1.log'),
    maxBytes: 1e9,
    maxLineBytes: 16_384,
    filters: { stdout: open, stderr: open },
    ...more.log,
  },
});

const start = (script: string | string[], more?: Partial<CommandRequest>) =>
  RunningCommand.start(request(script, more), pipes);

const run = async (script: string | string[], more?: Partial<CommandRequest>) => {
  const command = await start(script, more);
  const end = await command.ended;
  await command.dispose();
  return {
    ...end,
    stdout: command.stdout,
    stderr: command.stderr,
    log: end.log as LogSummary,
    logBytes: readFileSync(join(folder, 'jobs/a/sh-1.log')),
  };
};

describe('what a command is given', () => {
  it('is exactly the environment asked for', async () => {
    const { stdout } = await run(['/usr/bin/env'], { env: { A: '1', B: 'two words' } });
    expect(stdout.content().toString().trim().split('\n').sort()).toEqual(['A=1', 'B=two words']);
  });

  it('has an empty standard input', async () => {
    const { stdout, exitCode } = await run('wc -c');
    expect([stdout.content().toString().trim(), exitCode]).toEqual(['0', 0]);
  });

  it('has the bytes asked for on standard input, also under its name in /dev', async () => {
    const { stdout } = await run('cat /dev/stdin', { stdin: Buffer.from([1, 2, 3, 0, 255, 10]) });
    expect([...stdout.content()]).toEqual([1, 2, 3, 0, 255, 10]);
  });

  it('need not read a large standard input', async () => {
    const { exitCode } = await run('exit 3', { stdin: Buffer.alloc(5_000_000) });
    expect(exitCode).toBe(3);
  });

  it('may write to /dev/stdout and /dev/stderr, which are pipes', async () => {
    const { stdout, stderr } = await run(
      'echo out > /dev/stdout; echo err > /dev/stderr; test -p /dev/stdout',
    );
    expect([stdout.content().toString(), stderr.content().toString()]).toEqual(['out\n', 'err\n']);
  });

  it('inherits no descriptor that Node opened', async () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'x');
    const { open: openFile } = await import('node:fs/promises');
    const file = await openFile(secret);
    const { stdout } = await run('ls -l /proc/self/fd');
    await file.close();
    expect(stdout.content().toString()).not.toContain(secret);
    expect(stdout.content().toString()).not.toContain('socket:');
  });

  it('leads a session of its own', async () => {
    const { stdout } = await run('cut -d" " -f5,6 /proc/self/stat; echo $$');
    const [ids, pid] = stdout.content().toString().trim().split('\n');
    expect(ids).toBe(`${pid} ${pid}`);
  });
});

describe('how a command ends', () => {
  it.each([
    ['exit 0', 0, null],
    ['exit 7', 7, null],
    ['kill -9 $$', null, 'SIGKILL'],
    ['kill -TERM $$', null, 'SIGTERM'],
  ])('%s', async (script, exitCode, signal) => {
    expect(await run(script)).toMatchObject({ exitCode, signal, timedOut: false, interrupted: false });
  });

  it('an unknown command is exit 127, said in its log', async () => {
    const end = await run(['no-such-command-at-all', 'x']);
    expect(end).toMatchObject({ exitCode: 127, signal: null });
    expect(rebuildFromLog(end.logBytes, 'stderr').toString()).toMatch(
      /^quire: no-such-command-at-all: command not found; PATH is .*\n$/,
    );
  });

  it('a file that is no program is exit 126', async () => {
    writeFileSync(join(folder, 'data'), 'hello');
    const end = await run(['./data']);
    expect(end.exitCode).toBe(126);
    expect(rebuildFromLog(end.logBytes).toString()).toBe(
      'quire: ./data: cannot be started: it is not executable\n',
    );
  });

  it('a script whose interpreter is missing is exit 127 and says so', async () => {
    writeFileSync(join(folder, 'script'), '#!/no/such/interpreter\n');
    chmodSync(join(folder, 'script'), 0o755);
    const end = await run(['./script']);
    expect(end.exitCode).toBe(127);
    expect(rebuildFromLog(end.logBytes).toString()).toContain('interpreter');
  });

  it('arguments beyond what the system takes are exit 126', async () => {
    const end = await run(['/bin/echo', 'x'.repeat(300_000)]);
    expect(end.exitCode).toBe(126);
    expect(rebuildFromLog(end.logBytes).toString()).toContain('too long for the system');
  });

  it('its time limit ends it and all it started, also what ignores SIGTERM or left the group', async () => {
    const script = `
      sh -c 'trap "" TERM; echo $$ > deaf; while :; do sleep 0.1; done' &
      setsid sh -c 'echo $$ > apart; sleep 1000' &
      while [ ! -s deaf ] || [ ! -s apart ]; do sleep 0.02; done
      sleep 1000`;
    const command = await start(script, { timeoutMs: 1_500, killGraceMs: 300 });
    const deaf = await pidWritten(join(folder, 'deaf'));
    const apart = await pidWritten(join(folder, 'apart'));
    const end = await command.ended;
    expect(end).toMatchObject({ timedOut: true, interrupted: false, exitCode: null, signal: 'SIGTERM' });
    expect([isRunning(deaf), isRunning(apart)]).toEqual([false, false]);
    await command.dispose();
  });

  it('a command that catches SIGTERM may clean up and choose its exit code', async () => {
    const end = await run('trap "echo bye; exit 9" TERM; echo ready; while :; do sleep 0.02; done', {
      timeoutMs: 300,
    });
    expect(end).toMatchObject({ timedOut: true, exitCode: 9 });
    expect(end.stdout.content().toString()).toContain('bye');
  });

  it('interrupt ends it and all it started', async () => {
    const command = await start('sh -c "echo \\$\\$ > child; sleep 1000" & wait');
    const child = await pidWritten(join(folder, 'child'));
    command.interrupt();
    expect(await command.ended).toMatchObject({ interrupted: true, timedOut: false, signal: 'SIGTERM' });
    expect(isRunning(child)).toBe(false);
    await command.dispose();
  });
});

describe('what a command leaves behind', () => {
  it('may hold the pipes without holding up the end, lives on, and ends with the job', async () => {
    const command = await start(
      'sh -c "echo \\$\\$ > child; while :; do echo noise; sleep 0.01; done" & echo done',
    );
    const child = await pidWritten(join(folder, 'child'));
    const end = await command.ended;
    expect(end.exitCode).toBe(0);
    expect(command.stdout.content().toString()).toContain('done\n');
    expect(isRunning(child)).toBe(true);
    await command.dispose();
    expect(isRunning(child)).toBe(false);
  });

  it('loses nothing the command wrote before it ended, however little time is left to read', async () => {
    const command = await start('sleep 1000 & head -c 60000 /dev/zero');
    const until = performance.now() + 400;
    while (performance.now() < until);
    await command.ended;
    expect(command.stdout.bytes).toBe(60_000);
    await command.dispose();
  });
});

describe('the log of a command', () => {
  it('holds every byte of both streams, in any encoding, with digest and counts', async () => {
    const end = await run("printf 'a\\377\\000b\\n'; printf 'no newline'; printf 'err\\n' >&2");
    expect(rebuildFromLog(end.logBytes, 'stdout').toString('latin1')).toBe('a\xff\0b\nno newline');
    expect(rebuildFromLog(end.logBytes, 'stderr').toString()).toBe('err\n');
    expect(end.log).toEqual({
      stdoutBytes: 15,
      stderrBytes: 4,
      logBytes: end.logBytes.length,
      logSha256: createHash('sha256').update(end.logBytes).digest('hex'),
      truncated: false,
    });
  });

  it('can be read while the command runs, unfinished lines included', async () => {
    const command = await start('printf "password? "; sleep 1000');
    const path = join(folder, 'jobs/a/sh-1.log');
    await eventually('the prompt', () => readFileSync(path, 'utf8').endsWith(' stdout P password? \n'));
    command.interrupt();
    await command.dispose();
  });

  it('keeps a line together though it is written in pieces', async () => {
    const end = await run([
      'node',
      '-e',
      'for (let i = 0; i < 50000; i++) process.stdout.write("line " + i + "\\n")',
    ]);
    const lines = new CriDecoder().push(end.logBytes);
    expect(lines).toHaveLength(50_000);
    expect(lines.every(({ partial, text }, i) => !partial && text.toString() === `line ${i}`)).toBe(true);
  });

  it('marks times that never go back', async () => {
    const end = await run('for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo $i >&2; done');
    const times = new CriDecoder().push(end.logBytes).map(({ time }) => time);
    expect(times).toHaveLength(18);
    expect([...times].sort()).toEqual(times);
  });

  it('ends at its limit with a line that says so; the counts go on', async () => {
    const log = { maxBytes: 50_000 } as CommandRequest['log'];
    const end = await run('yes 0123456789 | head -c 1100000; echo end >&2; exit 4', { log });
    expect(end.exitCode).toBe(4);
    expect(end.log).toMatchObject({ truncated: true, stdoutBytes: 1_100_000, stderrBytes: 4 });
    expect(end.logBytes.length).toBeLessThanOrEqual(50_000);
    expect(end.logBytes.length).toBeGreaterThan(49_000);
    const lines = new CriDecoder().push(end.logBytes);
    expect(lines.at(-1)?.text.toString()).toMatch(
      /^quire: this log ends at its limit of 50000 bytes; raise it with :limits {:log …} in config.fnl; /,
    );
    expect(lines.slice(0, -1).every(({ text }) => text.toString() === '0123456789')).toBe(true);
    expect(end.log.logSha256).toBe(createHash('sha256').update(end.logBytes).digest('hex'));
  });

  it('splits a line that is longer than a line may be, without losing a byte', async () => {
    const end = await run('head -c 100000 /dev/zero | tr "\\0" x; echo');
    const lines = new CriDecoder().push(end.logBytes);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBe(16_384);
    expect(rebuildFromLog(end.logBytes).toString()).toBe(`${'x'.repeat(100_000)}\n`);
  });

  it('is never written over', async () => {
    await run('true');
    await expect(start('true')).rejects.toThrow('EEXIST');
  });
});

describe('what is kept in memory', () => {
  it('is all of the output up to the limit', async () => {
    const { stdout } = await run('head -c 1000 /dev/zero', { captureBytes: 1000 });
    expect([stdout.overflowed, stdout.content().length]).toEqual([false, 1000]);
  });

  it('is nothing beyond it, with the true count', async () => {
    const { stdout } = await run('head -c 1001 /dev/zero', { captureBytes: 1000 });
    expect([stdout.overflowed, stdout.bytes]).toEqual([true, 1001]);
    expect(() => stdout.content()).toThrow('captured 1001 bytes, more than 1000');
  });

  it('does not grow with the output', async () => {
    const before = process.memoryUsage.rss();
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    const end = await run('yes 0123456789012345678901234567890123456789 | head -c 100000000');
    clearInterval(timer);
    expect(end.log.stdoutBytes).toBe(100_000_000);
    expect(statSync(join(folder, 'jobs/a/sh-1.log')).size).toBe(end.log.logBytes);
    expect(peak - before).toBeLessThan(120_000_000);
  });
});

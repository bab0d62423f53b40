import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CriDecoder } from '../../src/logs/index.js';
import { eventually, isRunning, pidWritten } from './fixture/processes.js';
import { token } from './fixture/run-server.js';
import { jobA, quireCiBin, Scenario } from './fixture/scenario.js';

/** The greatest resident size a process has had, in bytes; 0 when it has ended. */
const peakMemory = (pid: number): number => {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
};

describe('the command line of quire-ci', () => {
  const call = (...args: string[]) =>
    spawnSync(process.execPath, [quireCiBin, ...args], { encoding: 'utf8', input: '' });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(call('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('tells its usage', () => {
    expect(call('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(call('--help').stdout).toContain('one line of JSON on standard input');
  });

  it('refuses what it does not know', () => {
    expect(call('--token', 'x').status).toBe(2);
    expect(call('--version', 'x').stderr).toContain('unexpected argument "--version"');
  });

  it('ends quietly when its input ends without a run', () => {
    expect(call()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it.each([
    ['no JSON', 'no json\n', 'something that is not JSON'],
    ['an empty object', '{}\n', 'server'],
    ['a line without end', 'x'.repeat(100_000), 'a line of more than 65536 bytes'],
    [
      'a server that is none',
      `{"server":"ftp://x","token":"${token}","runId":"r","runDir":"/tmp"}\n`,
      'expected a server address',
    ],
  ])('says what is wrong with an assignment: %s', (_what, input, problem) => {
    const { status, stderr } = spawnSync(process.execPath, [quireCiBin], { encoding: 'utf8', input });
    expect(status).toBe(1);
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain(token);
  });
});

describe('a quire-ci process', () => {
  it('waits warm, runs one run, and ends', async () => {
    const run = new Scenario(jobA('(sh "echo hello")'));
    await run.server.start();
    const child = spawn(process.execPath, [quireCiBin], { stdio: ['pipe', 'ignore', 'pipe'] });
    // Pipes ready for the first command are the last thing it warms up.
    await eventually('the pipes', () =>
      spawnSync('ls', ['-l', `/proc/${child.pid}/fd`]).stdout.includes('quire-pipes-'),
    );
    child.stdin.write(`${JSON.stringify(run.assignment)}\n`);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(run.story.at(-1)).toBe('run.succeeded');
  });

  it('told to end while it gets ready or waits leaves no pipes behind', async () => {
    const folders = () =>
      spawnSync('sh', ['-c', 'ls -d /dev/shm/quire-pipes-* /tmp/quire-pipes-*']).stdout.toString();
    const before = folders();
    const ends: unknown[] = [];
    for (const delayMs of [150, 200, 250, 300, 400, 600, 1000]) {
      const child = spawn(process.execPath, [quireCiBin], { stdio: ['pipe', 'ignore', 'ignore'] });
      setTimeout(() => child.kill('SIGTERM'), delayMs);
      const [code, signal] = await once(child, 'exit');
      ends.push(signal ?? code);
    }
    for (const end of ends) expect(['SIGTERM', 143]).toContain(end);
    // A process of somebody else may be filling its pool just now; that passes.
    const made = folders()
      .split('\n')
      .filter((folder) => folder !== '' && !before.includes(folder));
    await eventually('no folder left', () => !made.some((folder) => existsSync(folder)));
  });

  it('keeps its run although its input, and with it the server, is gone', async () => {
    const run = new Scenario(
      jobA('(sh "touch ready; until test -e go; do sleep 0.01; done") (sh "echo on")'),
    );
    const { child, ended } = await run.spawn();
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    child.stdin?.destroy();
    child.stdout?.destroy();
    await run.server.stop();
    writeFileSync(join(run.workspace, 'go'), '');
    await eventually('the second command', () => existsSync(join(run.runDir, 'jobs/a/sh-2.log')));
    await run.server.start();
    expect(await ended).toBe(0);
    expect(run.story.slice(-3)).toEqual(['sh.finished a/2 exit 0', 'job.succeeded a', 'run.succeeded']);
  });

  it('lets no command see the token, the server or what it inherited', async () => {
    const probe = 'cat /proc/$PPID/environ /proc/$PPID/cmdline; ls -l /proc/self/fd';
    const run = new Scenario(jobA(`(sh ["env"]) (sh ${JSON.stringify(probe)})`));
    await run.server.start();
    const leak = join(run.folder, 'leak');
    writeFileSync(leak, 'left open by who started quire-ci');
    // A shell leaves descriptors 7 and 8 open for what it starts.
    const shell = spawn(
      'sh',
      ['-c', 'exec 7<"$1" 8<"$1"; exec "$0" "$2"', process.execPath, leak, quireCiBin],
      {
        env: { PATH: process.env.PATH, SERVER_SECRET: 'not for commands' },
        stdio: ['pipe', 'ignore', 'pipe'],
      },
    );
    shell.stdin.end(`${JSON.stringify(run.assignment)}\n`);
    const [code] = await once(shell, 'exit');
    expect(code).toBe(0);
    const environment = run.log('a', 1).toString();
    expect(environment).toContain('QUIRE_RUN_ID=');
    expect(environment).not.toContain('SERVER_SECRET');
    for (const output of [environment, run.log('a', 2).toString()]) {
      for (const secret of [token, 'api.sock', leak, 'socket:']) expect(output).not.toContain(secret);
    }
  });

  it('keeps its memory flat under a command that prints 200 MB', async () => {
    const run = new Scenario(
      jobA(
        '(sh "yes 0123456789012345678901234567890123456789012345678901234567890123456789012345678 | head -c 200000000")',
      ),
    );
    const { child, ended } = await run.spawn();
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, peakMemory(child.pid ?? 0));
    }, 20);
    expect(await ended).toBe(0);
    clearInterval(timer);
    expect(run.event('sh.finished')).toMatchObject({
      exitCode: 0,
      stdoutBytes: 200_000_000,
      logTruncated: false,
    });
    expect(run.event('job.succeeded').outputs).toMatchObject({ 'stdout-bytes': 200_000_000 });
    expect(peak).toBeGreaterThan(30_000_000);
    expect(peak).toBeLessThan(200_000_000);
  });

  it('takes down its commands when it is told to end, and reports them', async () => {
    const run = new Scenario(jobA('(sh "sleep 1000 & echo $! > pid; wait")'));
    const { child, ended } = await run.spawn();
    const pid = await pidWritten(join(run.workspace, 'pid'));
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(isRunning(pid)).toBe(false);
    expect(run.story.slice(-2)).toEqual(['sh.interrupted a/1', 'job.canceled a']);
    expect(run.event('sh.interrupted').reason).toBe('quire-ci was ended by SIGTERM');
  });

  it('told to end while the server is away does not wait for it', async () => {
    const run = new Scenario(jobA('(sh "sleep 1000 & echo $! > pid; wait")'), {
      limits: { killGraceMs: 100 },
    });
    const { child, ended } = await run.spawn();
    const pid = await pidWritten(join(run.workspace, 'pid'));
    await run.server.stop();
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(isRunning(pid)).toBe(false);
  });

  it('takes down at its end also what left its session and its parents', async () => {
    const run = new Scenario(
      jobA(
        '(sh "setsid sh -c \'setsid sleep 1000 & echo $! > pid\' & wait; until test -s pid; do sleep 0.01; done")',
      ),
    );
    const { ended } = await run.spawn();
    expect(await ended).toBe(0);
    expect(isRunning(await pidWritten(join(run.workspace, 'pid')))).toBe(false);
  });

  it('refused by the server leaves nothing running, and says why', async () => {
    const run = new Scenario(jobA('(sh "sleep 1000 & echo $! > pid; wait")'));
    const { child, ended } = await run.spawn();
    const pid = await pidWritten(join(run.workspace, 'pid'));
    run.server.interfere = (_request, response) => {
      response.writeHead(410, { 'content-type': 'application/json' });
      response.end('{"code":"run-ended","message":"run has ended: failed"}');
      return true;
    };
    process.kill(pid, 'SIGKILL');
    expect(await ended).toBe(1);
    expect(run.said).toContain(
      'the server refused POST /api/run/events with 410 run-ended: run has ended: failed',
    );
    expect(child.exitCode).toBe(1);
  });

  it('whose disk is full fails the job instead of losing its log unseen', async () => {
    const run = new Scenario(jobA('(sh "yes | head -c 3000000")'));
    await run.server.start();
    const shell = spawn('sh', ['-c', 'ulimit -f 1000; exec "$0" "$1"', process.execPath, quireCiBin], {
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    shell.stdin.end(`${JSON.stringify(run.assignment)}\n`);
    const [code] = await once(shell, 'exit');
    expect(code).toBe(0);
    expect(run.event('sh.interrupted').reason).toMatch(/^its log could not be written: EFBIG/);
    expect(run.event('job.failed').message).toContain('EFBIG');
  });

  it('reports hundreds of commands completely', async () => {
    const run = new Scenario(jobA('(for [i 1 200] (sh (.. "echo " i)))'));
    const { ended } = await run.spawn();
    expect(await ended).toBe(0);
    expect(run.events).toHaveLength(404);
    for (const n of [1, 200]) {
      expect(new CriDecoder().push(run.log('a', n)).map(({ text }) => text.toString())).toEqual([String(n)]);
    }
  });
});

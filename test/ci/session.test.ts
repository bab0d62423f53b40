import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from './fixture/processes.js';
import { answer } from './fixture/run-server.js';
import { jobA, pipeline, Scenario } from './fixture/scenario.js';

/** A job whose command waits until a file is made, and the way to make it. */
const waiting = (rest = '') => jobA(`(sh "touch ready; until test -e go; do sleep 0.01; done") ${rest}`);

const goOn = async (run: Scenario): Promise<void> => {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(run.workspace, 'go'), '');
};

const numbers = (run: Scenario): number[] => run.events.map(({ number }) => number);

const counting = (run: Scenario): number[] => run.events.map((_, index) => index + 1);

describe('a server that goes away', () => {
  it('and comes back gets every event once, in order', async () => {
    const run = new Scenario(waiting('(for [i 1 50] (log i)) (sh "echo done")'));
    const ended = run.run();
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    await run.server.stop();
    await goOn(run);
    await eventually('the log of the second command', () => {
      try {
        return run.log('a', 2).length > 0;
      } catch {
        return false;
      }
    });
    await run.server.start();
    expect(await ended).toBe(0);
    expect(numbers(run)).toEqual(counting(run));
    expect(run.story.filter((line) => line === 'job.logged a')).toHaveLength(50);
    expect(run.story.slice(-3)).toEqual(['sh.finished a/2 exit 0', 'job.succeeded a', 'run.succeeded']);
  });

  it('before it answered gets the same events again, and takes them once', async () => {
    const run = new Scenario(jobA('(for [i 1 20] (sh ["true"])) 1'));
    let lost = 0;
    run.server.interfere = (request, _response, body) => {
      if (request.url !== '/api/run/events' || lost >= 5) return false;
      lost += 1;
      run.server.store(body);
      request.socket.destroy();
      return true;
    };
    expect(await run.run()).toBe(0);
    expect(lost).toBe(5);
    expect(numbers(run)).toEqual(counting(run));
    expect(run.story.at(-1)).toBe('run.succeeded');
  });

  it('in the middle of a request gets it again', async () => {
    const run = new Scenario(jobA('(sh ["true"]) 1'));
    let broken = 0;
    run.server.interfere = (request, response) => {
      if (request.url !== '/api/run/events' || broken >= 3) return false;
      broken += 1;
      if (broken === 1) request.socket.destroy();
      else answer(response, broken === 2 ? 500 : 503, { code: 'internal', message: 'not now' });
      return true;
    };
    expect(await run.run()).toBe(0);
    expect(numbers(run)).toEqual(counting(run));
  });

  it('for longer than serverAwayMs ends the run, commands and all', async () => {
    const run = new Scenario(jobA('(sh "echo $$ > pid; echo x; sleep 1000")'), {
      limits: { serverAwayMs: 400 },
    });
    const ended = run.run().then(String, String);
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    await eventually('the pid', () => {
      try {
        return readFileSync(join(run.workspace, 'pid'), 'utf8').endsWith('\n');
      } catch {
        return false;
      }
    });
    await run.server.stop();
    const pid = Number(readFileSync(join(run.workspace, 'pid'), 'utf8'));
    // Nothing is sent while nothing happens: the end of the command is what finds the server gone.
    process.kill(pid, 'SIGTERM');
    expect(await ended).toContain(
      'the server was away for 400 ms (limit serverAwayMs) at POST /api/run/events',
    );
  });

  it('only for its signals does not disturb the run, and a cancellation still arrives', async () => {
    const run = new Scenario(waiting());
    let cut = 0;
    run.server.interfere = (request) => {
      if (request.url !== '/api/run/signals' || cut >= 2) return false;
      cut += 1;
      request.socket.destroy();
      return true;
    };
    const ended = run.run();
    await run.server.until('the command', ({ type }) => type === 'sh.started');
    run.server.cancel({ reason: 'operator', message: 'enough', force: false });
    expect(await ended).toBe(0);
    expect(cut).toBe(2);
    expect(run.story.slice(-2)).toEqual(['sh.interrupted a/1', 'job.canceled a']);
  });
});

describe('a server that refuses', () => {
  it.each([
    [401, 'unauthorized'],
    [403, 'wrong-run'],
    [409, 'out-of-step'],
    [410, 'run-ended'],
    [413, 'too-large'],
    [422, 'invalid-event'],
  ])('events with %d ends the run, its commands and its process', async (status, code) => {
    const run = new Scenario(jobA('(sh "sleep 1000 & echo $! > pid; wait")'));
    run.server.interfere = (request, response, body) => {
      if (request.url !== '/api/run/events' || !body.includes('sh.started')) return false;
      answer(response, status, { code, message: 'because' });
      return true;
    };
    await expect(run.run()).rejects.toThrow(
      `the server refused POST /api/run/events with ${status} ${code}: because`,
    );
    const table = await import('../../src/ci/command/process-table.js');
    const left = table
      .readProcessTable()
      .filter(({ pid }) => table.hasEnvironment(pid, 'QUIRE_RUN_ID', run.server.bootstrap.runId));
    expect(left).toEqual([]);
  });

  it('to start a run twice is told apart', async () => {
    const run = new Scenario(jobA('1'));
    expect(await run.run()).toBe(0);
    await expect(run.execute()).rejects.toThrow('410 run-started: started already');
  });

  it('with something that is no answer ends the run', async () => {
    const run = new Scenario(jobA('1'));
    run.server.interfere = (request, response) => {
      if (request.url !== '/api/run/events') return false;
      answer(response, 200, { acknowledged: 'all of them' });
      return true;
    };
    await expect(run.run()).rejects.toThrow("the server's answer to POST /api/run/events is malformed");
  });

  it('with an acknowledgement of what was never sent ends the run', async () => {
    const run = new Scenario(jobA('1'));
    run.server.interfere = (request, response) => {
      if (request.url !== '/api/run/events') return false;
      answer(response, 200, { acknowledged: 1000 });
      return true;
    };
    await expect(run.run()).rejects.toThrow('acknowledged 1000, expected 1 to');
  });
});

describe('the limit of events', () => {
  it('fails the run loudly, whatever the pipeline makes of it', async () => {
    const run = new Scenario(
      pipeline(`(ci.job :a [:quire/push] {:allow-failure true} (fn [{: log}] (while true (pcall log "x") (log "y"))))
        (ci.job :b [:quire/push] (fn [{: sh}] (pcall sh "touch ran") nil))`),
      { limits: { maxEvents: 100 } },
    );
    expect(await run.run()).toBe(0);
    expect(run.events.length).toBeLessThanOrEqual(100);
    expect(run.story.slice(-4)).toEqual([
      'job.started a',
      'job.failed a exit null allowed',
      'job.skipped b nothing-to-do',
      'run.failed event-limit',
    ]);
    const message =
      'the run reached its limit of 100 events; raise it with :limits {:events …} in config.fnl';
    expect(run.event('job.failed').message).toBe(message);
    expect(run.event('run.failed').message).toBe(message);
  });

  it('lets what has begun come to its end', async () => {
    const run = new Scenario(jobA('(for [i 1 1000] (sh ["true"]))'), { limits: { maxEvents: 30 } });
    expect(await run.run()).toBe(0);
    expect(run.events.length).toBeLessThanOrEqual(30);
    expect(run.story.slice(-3)).toEqual([
      expect.stringMatching(/^sh.finished a\/\d+ exit 0$/),
      'job.failed a exit null',
      'run.failed event-limit',
    ]);
  });
});

describe('a server elsewhere', () => {
  it('gets logs, blobs and outputs over HTTP, and gives the workspace', async () => {
    const { execFileSync } = await import('node:child_process');
    const files = { 'data.txt': 'from the archive' };
    const source = new Scenario(jobA('1'), { files });
    const run = new Scenario(
      jobA(`(sh "for i in $(seq 2000); do echo line $i; done; cat data.txt")
        (read-file "data.txt") (write-file "new" "content") (sh "echo second") {:long (string.rep "x" 70000)}`),
      { files, bootstrap: { sharedDisk: false } },
    );
    const { rmSync } = await import('node:fs');
    run.server.archive = execFileSync('tar', ['-c', '-C', run.workspace, '.']);
    rmSync(run.workspace, { recursive: true });
    expect(source.workspace).not.toBe(run.workspace);
    expect(await run.run()).toBe(0);
    expect(run.story.at(-1)).toBe('run.succeeded');
    for (const n of [1, 2]) expect(run.server.logs.get(`a/${n}`)).toEqual(run.log('a', n));
    for (const type of ['pipeline.registered', 'file.read', 'file.written', 'job.succeeded']) {
      const { sha256, sourceSha256, outputsSha256 } = run.event(type);
      expect(run.server.blobs.has(String(sha256 ?? sourceSha256 ?? outputsSha256))).toBe(true);
    }
  });

  it('gets a log whole though the connection breaks in between', async () => {
    const run = new Scenario(jobA('(sh "yes 0123456789 | head -c 3000000")'), {
      bootstrap: { sharedDisk: false },
    });
    const { execFileSync } = await import('node:child_process');
    run.server.archive = execFileSync('tar', ['-c', '-C', run.workspace, '.']);
    let broken = 0;
    run.server.interfere = (request) => {
      if (!request.url?.startsWith('/api/run/logs/') || broken >= 3) return false;
      broken += 1;
      request.socket.destroy();
      return true;
    };
    expect(await run.run()).toBe(0);
    expect(broken).toBe(3);
    expect(run.server.logs.get('a/1')?.equals(run.log('a'))).toBe(true);
  });
});

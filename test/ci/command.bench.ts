import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import { PipePool } from '../../src/ci/command/pipe-pool.js';
import { RunningCommand } from '../../src/ci/command/running-command.js';
import { createRedactor } from '../../src/secrets/index.js';
import { jobA, quireCiBin, Scenario } from './fixture/scenario.js';

/**
 * `npm run bench -- command`: what a command costs. Its output, from its pipe to a formatted, digested log, in MB
 * a second; and the CPU of a short command in a run, children and all, beside spawning it from a bare node.
 * Prints both; fails outside their budgets.
 */
const outputBudget = 120;
const cpuBudgetMs = 1.5;

const measuredOnce = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 } as const;

const only = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
};

describe('command', () => {
  bench('output: at least 120 MB/s of 80-byte lines', only(measureOutput), measuredOnce);
  bench('short commands: at most 1.5 ms of CPU above bare', only(measureShort), measuredOnce);
});

async function measureOutput(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quire-bench-'));
  const pipes = new PipePool();
  try {
    const rates: number[] = [];
    for (let round = 0; round < 5; round += 1) rates.push(await outputRate(pipes, folder, round));
    const rate = median(rates);
    console.log(`command: output is logged at ${rate.toFixed(0)} MB/s, budget ${outputBudget}`);
    if (rate < outputBudget)
      throw new Error(`output is logged at ${rate.toFixed(0)} MB/s, under ${outputBudget}`);
  } finally {
    await pipes.close();
    rmSync(folder, { recursive: true });
  }
}

const outputRate = async (pipes: PipePool, folder: string, round: number): Promise<number> => {
  const redactor = createRedactor();
  const path = join(folder, `${round}.log`);
  const began = performance.now();
  const command = await RunningCommand.start(
    {
      argv: ['/bin/sh', '-c', `yes ${'x'.repeat(79)} | head -c 500000000`],
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
      stdin: undefined,
      timeoutMs: null,
      killGraceMs: 1000,
      captureBytes: 1_048_576,
      log: {
        path,
        maxBytes: 1e12,
        maxLineBytes: 65_536,
        filters: { stdout: redactor.stream(), stderr: redactor.stream() },
      },
    },
    pipes,
  );
  await command.ended;
  await command.dispose();
  const seconds = (performance.now() - began) / 1000;
  rmSync(path);
  return 500 / seconds;
};

async function measureShort(): Promise<void> {
  const above: number[] = [];
  for (let round = 0; round < 3; round += 1) above.push((await runCost()) - (await bareCost()));
  const cost = median(above);
  console.log(`command: ${cost.toFixed(2)} ms of CPU above a bare spawn, budget ${cpuBudgetMs}`);
  if (cost > cpuBudgetMs)
    throw new Error(`a command costs ${cost.toFixed(2)} ms above bare, over ${cpuBudgetMs}`);
}

const commands = 400;

/** Milliseconds of CPU for one more command, so that the start of the process does not count. */
const perCommand = async (cost: (count: number) => Promise<number>): Promise<number> =>
  ((await cost(commands + 1)) - (await cost(1))) / commands;

const runCost = (): Promise<number> =>
  perCommand(async (count) => {
    const run = new Scenario(jobA(`(for [i 1 ${count}] (sh ["true"])) 1`));
    await run.server.start();
    const cost = await cpuOf([process.execPath, quireCiBin], `${JSON.stringify(run.assignment)}\n`);
    await run.server.stop();
    rmSync(run.folder, { recursive: true });
    return cost;
  });

const bareScript = `
  const { spawn } = require('node:child_process');
  const next = (left) => {
    if (left === 0) return;
    const child = spawn('true', [], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    child.on('close', () => next(left - 1));
  };
  next(Number(process.argv[1]));`;

const bareCost = (): Promise<number> =>
  perCommand((count) => cpuOf([process.execPath, '-e', bareScript, String(count)], ''));

/** Milliseconds of CPU of a process and of all it started, as the shell's `time` tells them. */
const cpuOf = async (argv: readonly string[], input: string): Promise<number> => {
  const shell = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...argv], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let told = '';
  shell.stderr.on('data', (chunk) => {
    told += chunk;
  });
  shell.stdin.end(input);
  await once(shell, 'close');
  const [user = 0, system = 0] = told.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return (user + system) * 1000;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { bench, describe } from 'vitest';
import { makeBareRepo } from '../web/bare-repo.js';
import { writeBigLog } from '../web/big-log.js';
import { type FilledRoot, fillRoot } from './web/fill-root.js';
import { type Cost, type Fetched, type ServedRoot, serveRoot } from './web/served-root.js';

/**
 * `npm run bench -- web`: the compiled pages over a history of 100,000 runs and 2,000,000 events (QUIRE_BENCH_RUNS sets
 * how many runs), each page asked for by another process, one request at a time. Prints for each page the time of the
 * server, by the clock and by the processor, beside an empty handler in the same process, and the load of the machine;
 * then the first paint of a log of a million lines, the weight of pages, and what 200 open live pages cost during a
 * busy run. Fails over a budget: 99 of 100 by the clock. Where others keep all processors busy, a page waits for its
 * turn and for garbage collection to get one: it is then judged by the median of the clock and 90 of 100 by the
 * processor (which counts what collecting threads do side by side), and a first paint by the fastest of seven instead
 * of their median.
 */
const runs = Number(process.env.QUIRE_BENCH_RUNS ?? 100_050);
const rounds = 200;
const pageBudgetMs = 10;
const paintBudgetMs = 300;
const weightBudget = 60_000;
const scriptBudget = 30_000;
const liveBudget = 0.2;
const liveMemoryMb = 100;
const logLines = 1_000_000;
const playedSeconds = 10;

const emptyPath = '/empty';
const executablePath = '/usr/bin/chromium';

let done: Promise<void> | undefined;

describe('web', () => {
  bench(
    `every page of ${runs} runs within ${pageBudgetMs} ms`,
    () => {
      done ??= measure();
      return done;
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});

const measure = async (): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'quire-bench-'));
  const faults: string[] = [];
  try {
    const began = performance.now();
    const filled = await fillRoot(root, runs);
    writeBigLog(root, filled.old, 'browser', logLines);
    const sha = makeBareRepo(root, 'repo-3', { '.quire/ci.fnl': pipeline });
    console.log(`${filled.runs} runs, ${filled.events} events, in ${secondsSince(began)} s`);
    const served = await serveRoot(root);
    try {
      faults.push(...(await measurePages(served, pathsOf(filled, served.head, sha))));
      faults.push(...(await measureBrowser(served, filled)));
      faults.push(...(await measureLive(served, filled)));
    } finally {
      await served.end();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  if (faults.length > 0) throw new Error(`over budget: ${faults.join('; ')}`);
};

const pipeline = `(local ci (require :quire.ci))
(ci.job :build [:quire/push] (fn [{: sh}] (sh "make")))
(ci.job :unit [:build] (fn [{: sh}] (sh "make unit")))
`;

const pathsOf = ({ old, oldSeq, failed, active }: FilledRoot, head: number, sha: string): string[] => {
  const middle = Math.floor(head / 2);
  return [
    '/',
    '/runs',
    `/runs?before=${old}`,
    '/runs?state=failed',
    `/runs?state=failed&before=${old}`,
    '/runs?ref=refs/heads/main',
    '/runs?actor=ann',
    '/runs?text=hedge',
    '/runs?text=nothing-like-it',
    '/repos/repo-3',
    '/repos/group/repo-4?ref=refs/heads/main',
    '/repos/repo-3?state=failed',
    '/repos/repo-3?text=nothing-like-it',
    `/runs/${old}`,
    `/runs/${failed}`,
    `/runs/${active}`,
    `/runs/${old}?at=${oldSeq}`,
    `/runs/${old}/jobs/unit`,
    `/runs/${old}/jobs/unit/sh/1`,
    `/runs/${old}/jobs/browser/sh/1`,
    `/runs/${old}/jobs/browser/sh/1?from=500000`,
    `/runs/${old}/events`,
    '/events',
    `/events?before=${middle}`,
    '/events?type=run.failed',
    '/events?actor=nobody',
    '/events?repo=repo-3',
    '/events?from=2026-03-01T00:00&to=2026-03-02T00:00&type=run.failed',
    `/events/${middle}`,
    '/repos/repo-3/-/statistics',
    '/repos/repo-3/-/statistics?ref=refs/heads/topic-3',
    `/repos/repo-3/-/pipeline/${sha}`,
    '/operations',
    `/compare?left=${old}&right=${failed}`,
    `/compare?left=${old}@${oldSeq}&right=${old}`,
    '/runs.atom',
    '/repos/repo-3/-/badge.svg',
    '/metrics',
    '/openapi.json',
  ];
};

const measurePages = async (served: ServedRoot, paths: readonly string[]): Promise<string[]> => {
  const all = [emptyPath, ...paths];
  await served.fetchAll(all, 30);
  await served.costs();
  const fetched = await served.fetchAll(all, rounds);
  const costs = byPath(await served.costs());
  console.log(
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}; milliseconds of the server:`,
  );
  console.log('    clock p50     p99 | processor p50     p99 |  bytes');
  for (const path of all) console.log(lineOf(path, costs.get(path) ?? [], fetched.get(path)));
  if (!isQuiet())
    console.log('the machine is not quiet: judged by the median of the clock and 90 of 100 by the processor');
  return paths.flatMap((path) => {
    const of = costs.get(path) ?? [];
    const status = fetched.get(path)?.status;
    if (status !== 200) return [`${path} answers ${status}`];
    const ms = isQuiet()
      ? quantile(of, 'wallMs', 0.99)
      : Math.max(quantile(of, 'cpuMs', 0.9), quantile(of, 'wallMs', 0.5));
    return ms < pageBudgetMs ? [] : [`${path} takes ${ms.toFixed(1)} ms`];
  });
};

/** Whether there is a processor for each of what wants one. */
const isQuiet = (): boolean => loadavg()[0]! < availableParallelism();

const byPath = (costs: readonly Cost[]): ReadonlyMap<string, readonly Cost[]> => {
  const groups = new Map<string, Cost[]>();
  for (const cost of costs) groups.set(cost.path, [...(groups.get(cost.path) ?? []), cost]);
  return groups;
};

const lineOf = (path: string, costs: readonly Cost[], fetched: Fetched | undefined): string => {
  const cell = (name: 'wallMs' | 'cpuMs', part: number, width: number) =>
    quantile(costs, name, part).toFixed(2).padStart(width);
  return `${cell('wallMs', 0.5, 13)}${cell('wallMs', 0.99, 8)} |${cell('cpuMs', 0.5, 14)}${cell('cpuMs', 0.99, 8)} |${String(fetched?.bytes ?? 0).padStart(7)}  ${path}`;
};

const quantile = (costs: readonly Cost[], name: 'wallMs' | 'cpuMs', part: number): number => {
  const sorted = costs.map((cost) => cost[name]).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0;
};

/** First paint and weight, as a browser with an empty cache sees them. */
const measureBrowser = async (served: ServedRoot, { old, failed }: FilledRoot): Promise<string[]> => {
  if (!existsSync(executablePath)) {
    console.log('no chromium: first paint and weight are not measured');
    return [];
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--headless', '--disable-gpu'],
  });
  const visit = async (path: string) => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(served.url + path, { waitUntil: 'load' });
      return await page.evaluate(async () => {
        const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
        while (paint() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
        const files = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
        const [document] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
        const sizeOf = (of: readonly PerformanceResourceTiming[]) =>
          of.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
        return {
          paintMs: paint()!,
          scripts: sizeOf(files.filter(({ name }) => new URL(name).pathname.endsWith('.js'))),
          weight: sizeOf(files) + document!.encodedBodySize,
        };
      });
    } finally {
      await context.close();
    }
  };
  try {
    const faults: string[] = [];
    const log = `/runs/${old}/jobs/browser/sh/1`;
    const paints: number[] = [];
    for (let round = 0; round < 7; round += 1) paints.push((await visit(log)).paintMs);
    const sorted = paints.toSorted((a, b) => a - b);
    const paintMs = isQuiet() ? sorted[3]! : sorted[0]!;
    console.log(`first paint of ${logLines} lines: ${paints.map((ms) => ms.toFixed(0)).join(' ')} ms`);
    if (paintMs >= paintBudgetMs) faults.push(`the first paint of a log takes ${paintMs.toFixed(0)} ms`);
    for (const path of ['/', '/runs', `/runs/${failed}`, log, '/events', '/operations']) {
      const { weight, scripts } = await visit(path);
      console.log(`weight ${String(weight).padStart(6)} bytes, scripts ${scripts}: ${path}`);
      if (weight >= weightBudget) faults.push(`${path} weighs ${weight} bytes`);
      if (scripts >= scriptBudget) faults.push(`the scripts of ${path} weigh ${scripts} bytes`);
    }
    return faults;
  } finally {
    await browser.close();
  }
};

/** 200 pages of a run that is busy, its log, and the lists it is in; beside the same run with no page open. */
const measureLive = async (served: ServedRoot, { active }: FilledRoot): Promise<string[]> => {
  const run = `/runs/${active}`;
  const kinds = [run, run, `${run}/jobs/browser/sh/1`, `${run}/events`, '/'];
  const paths = Array.from({ length: 200 }, (_, i) => `${kinds[i % kinds.length]}?seq=${served.head}`);
  const alone = await served.play(active, 'browser', playedSeconds);
  const close = await served.openLive(paths);
  const watched = await served.play(active, 'browser', playedSeconds);
  close();
  const share = (watched.cpuMs - alone.cpuMs) / 1000 / playedSeconds;
  console.log(
    `200 live pages during a busy run: ${(100 * share).toFixed(1)} % of a core ` +
      `(${watched.cpuMs.toFixed(0)} ms with them, ${alone.cpuMs.toFixed(0)} ms without, in ${playedSeconds} s), ` +
      `${watched.rssMb.toFixed(0)} MB more memory`,
  );
  return [
    ...(share < liveBudget ? [] : [`200 live pages cost ${(100 * share).toFixed(1)} % of a core`]),
    ...(watched.rssMb < liveMemoryMb ? [] : [`live pages took ${watched.rssMb.toFixed(0)} MB more memory`]),
  ];
};

const secondsSince = (began: number): string => ((performance.now() - began) / 1000).toFixed(0);

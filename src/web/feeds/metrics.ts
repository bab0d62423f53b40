import { monitorEventLoopDelay } from 'node:perf_hooks';
import { count, eq } from 'drizzle-orm';
import express, { type Request, type Router } from 'express';
import { runs } from '../../../projections/index.js';
import type { StoredEvent } from '../../events/index.js';
import { NotFoundError } from '../errors.js';
import type { Hub } from '../live/hub.js';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';

/** Counts of values up to each bound, as Prometheus keeps them. */
interface Histogram {
  readonly counts: number[];
  sum: number;
  total: number;
}

const boundsSeconds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

const newHistogram = (): Histogram => ({ counts: boundsSeconds.map(() => 0), sum: 0, total: 0 });

/**
 * `/metrics` in the text format of Prometheus: what the server has seen since it began, and the queue as it is.
 * Kept from the events as they are committed, so asking costs two counts over an index.
 */
export const metrics = (
  options: WebOptions,
  hub: Hub,
  visitOf: (request: Request) => Promise<Visit>,
): { readonly router: Router; close(): void } => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const byType = new Map<string, number>();
  const ended = new Map<string, number>();
  const waits = newHistogram();
  const durations = newHistogram();
  const queuedAt = new Map<string, number>();
  const startedAt = new Map<string, number>();
  const loop = monitorEventLoopDelay({ resolution: 1000 });

  const seen = (event: StoredEvent): void => {
    byType.set(event.type, (byType.get(event.type) ?? 0) + 1);
    const { stream, occurredAtMs } = event;
    if (event.type === 'run.queued') queuedAt.set(stream, occurredAtMs);
    if (event.type === 'run.started') {
      observe(waits, queuedAt.get(stream), occurredAtMs);
      queuedAt.delete(stream);
      startedAt.set(stream, occurredAtMs);
    }
    const state = endings[event.type];
    if (state === undefined) return;
    ended.set(state, (ended.get(state) ?? 0) + 1);
    observe(durations, startedAt.get(stream), occurredAtMs);
    queuedAt.delete(stream);
    startedAt.delete(stream);
  };
  const subscription = options.store.events$.subscribe((events) => events.forEach(seen));

  const runsIn = (state: 'queued' | 'active'): number =>
    options.store.read.select({ n: count() }).from(runs).where(eq(runs.state, state)).get()!.n;

  router.get('/metrics', async (request, response) => {
    const { access } = await visitOf(request);
    if (!access.all) throw new NotFoundError('There is no page /metrics.');
    const lines = [
      ...metric('quire_build_info', 'gauge', 'The version that runs.', [[{ version: options.version }, 1]]),
      ...metric('quire_runs', 'gauge', 'Runs that wait or are under way.', [
        [{ state: 'queued' }, runsIn('queued')],
        [{ state: 'active' }, runsIn('active')],
      ]),
      ...metric(
        'quire_runs_ended_total',
        'counter',
        'Runs that ended since the start.',
        labeled(ended, 'state'),
      ),
      ...metric('quire_events_total', 'counter', 'Events stored since the start.', labeled(byType, 'type')),
      ...metric('quire_event_seq', 'gauge', 'The number of the last event.', [
        [{}, options.store.head().seq],
      ]),
      ...histogram('quire_run_wait_seconds', 'From queued to started.', waits),
      ...histogram('quire_run_duration_seconds', 'From started to ended.', durations),
      ...metric('quire_live_pages', 'gauge', 'Pages that are open and live.', [[{}, hub.readers]]),
      ...metric('quire_event_loop_delay_seconds', 'gauge', 'Mean delay of the event loop.', [
        [{}, Number.isNaN(loop.mean) ? 0 : loop.mean / 1e9],
      ]),
      ...metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', [
        [{}, process.memoryUsage.rss()],
      ]),
      ...metric('process_start_time_seconds', 'gauge', 'When the process began.', [
        [{}, Math.round(Date.now() / 1000 - process.uptime())],
      ]),
    ];
    response.type('text/plain; version=0.0.4; charset=utf-8').send(`${lines.join('\n')}\n`);
  });
  return { router, close: () => subscription.unsubscribe() };
};

const endings: Readonly<Record<string, string>> = {
  'run.succeeded': 'succeeded',
  'run.failed': 'failed',
  'run.canceled': 'canceled',
  'run.superseded': 'superseded',
};

const observe = (into: Histogram, fromMs: number | undefined, toMs: number): void => {
  if (fromMs === undefined) return;
  const seconds = Math.max(0, toMs - fromMs) / 1000;
  into.sum += seconds;
  into.total += 1;
  for (const [index, bound] of boundsSeconds.entries()) if (seconds <= bound) into.counts[index]! += 1;
};

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

const labeled = (values: ReadonlyMap<string, number>, label: string): Sample[] =>
  [...values].map(([name, value]) => [{ [label]: name }, value]);

const metric = (name: string, type: string, help: string, samples: readonly Sample[]): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}`),
];

const histogram = (name: string, help: string, { counts, sum, total }: Histogram): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} histogram`,
  ...boundsSeconds.map((bound, index) => `${name}_bucket{le="${bound}"} ${counts[index]}`),
  `${name}_bucket{le="+Inf"} ${total}`,
  `${name}_sum ${sum}`,
  `${name}_count ${total}`,
];

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

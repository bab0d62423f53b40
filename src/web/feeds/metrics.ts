import { count, eq } from 'drizzle-orm';
import express, { type Request, type Router } from 'express';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import { type RunRow, runs } from '../../../projections/index.js';
import { type StoredEvent, streamId } from '../../events/index.js';
import type { FolderMeter } from '../disk/folder-meter.js';
import { NotFoundError } from '../errors.js';
import type { Hub } from '../live/hub.js';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';
import { diskUse } from '../queries/operations.js';

const runSeconds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];
const appendSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

/**
 * `/metrics` in the text format of Prometheus: what the server has seen since it began, and the queue and the read
 * models as they are. Each router has figures of its own.
 */
export const metrics = (
  options: WebOptions,
  {
    hub,
    meter,
    visit: visitOf,
  }: {
    readonly hub: Hub;
    readonly meter: FolderMeter;
    readonly visit: (request: Request) => Promise<Visit>;
  },
): { readonly router: Router; close(): void } => {
  const registry = new Registry();
  const subscription = countEvents(registry, options);
  measureAppends(registry, options, subscription);
  tellStandings(registry, options, hub);
  tellRebuilds(registry, options);
  tellDisk(registry, options, meter);
  tellProcess(registry, options.version);
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/metrics', async (request, response) => {
    const { access } = await visitOf(request);
    if (!access.all) throw new NotFoundError('There is no page /metrics.');
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
  return { router, close: () => subscription.unsubscribe() };
};

const endings: Readonly<Record<string, string>> = {
  'run.succeeded': 'succeeded',
  'run.failed': 'failed',
  'run.canceled': 'canceled',
  'run.superseded': 'superseded',
};

/** Events as they are committed; how long a run waited and took is in its row by then. */
const countEvents = (registry: Registry, { store }: WebOptions): Subscription => {
  const registers = [registry];
  const stored = new Counter({
    name: 'quire_events_total',
    help: 'Events stored since the start.',
    labelNames: ['type'],
    registers,
  });
  const ended = new Counter({
    name: 'quire_runs_ended_total',
    help: 'Runs that ended since the start.',
    labelNames: ['state'],
    registers,
  });
  const waits = new Histogram({
    name: 'quire_run_wait_seconds',
    help: 'From queued to started.',
    buckets: runSeconds,
    registers,
  });
  const durations = new Histogram({
    name: 'quire_run_duration_seconds',
    help: 'From started to ended.',
    labelNames: ['state'],
    buckets: runSeconds,
    registers,
  });
  const runOf = ({ stream }: StoredEvent): RunRow | undefined =>
    store.read
      .select()
      .from(runs)
      .where(eq(runs.id, streamId(stream)))
      .get();
  const seen = (event: StoredEvent): void => {
    stored.inc({ type: event.type });
    if (event.type === 'run.started') {
      const queuedAtMs = runOf(event)?.queuedAtMs ?? event.occurredAtMs;
      waits.observe((event.occurredAtMs - queuedAtMs) / 1000);
    }
    const state = endings[event.type];
    if (state === undefined) return;
    ended.inc({ state });
    const startedAtMs = runOf(event)?.startedAtMs ?? null;
    if (startedAtMs !== null) durations.observe({ state }, (event.occurredAtMs - startedAtMs) / 1000);
  };
  return store.events$.subscribe((events) => events.forEach(seen));
};

const measureAppends = (
  registry: Registry,
  { appendTimes$ }: WebOptions,
  subscription: Subscription,
): void => {
  if (appendTimes$ === undefined) return;
  const appends = new Histogram({
    name: 'quire_append_seconds',
    help: 'From the call of an append to its commit.',
    buckets: appendSeconds,
    registers: [registry],
  });
  subscription.add(appendTimes$.subscribe((ms) => appends.observe(ms / 1000)));
};

const tellStandings = (registry: Registry, { store }: WebOptions, hub: Hub): void => {
  const registers = [registry];
  const runsIn = (state: 'queued' | 'active'): number =>
    store.read.select({ n: count() }).from(runs).where(eq(runs.state, state)).get()!.n;
  new Gauge({
    name: 'quire_runs',
    help: 'Runs that wait (the depth of the queue) or are under way.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'queued' }, runsIn('queued'));
      this.set({ state: 'active' }, runsIn('active'));
    },
  });
  new Gauge({
    name: 'quire_event_seq',
    help: 'The number of the last event.',
    registers,
    collect() {
      this.set(store.head().seq);
    },
  });
  new Gauge({
    name: 'quire_live_pages',
    help: 'Pages that are open and live.',
    registers,
    collect() {
      this.set(hub.readers);
    },
  });
};

const tellRebuilds = (registry: Registry, { trust }: WebOptions): void => {
  if (trust === undefined) return;
  new Gauge({
    name: 'quire_projection_current',
    help: '1 for a read model whose rows are those of this version, 0 for one that is outdated or being rebuilt.',
    labelNames: ['projection'],
    registers: [registry],
    collect() {
      for (const { name, state } of trust.projections()) {
        this.set({ projection: name }, state === 'current' ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'quire_rebuild_progress',
    help: 'How much of the history has been folded, from 0 to 1, by the rebuild under way.',
    labelNames: ['projection'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, progress } of trust.projections()) {
        if (progress === null) continue;
        this.set({ projection: name }, progress.headSeq === 0 ? 1 : progress.seq / progress.headSeq);
      }
    },
  });
};

/**
 * The disk is asked once a scrape. Gauges are collected in the order in which they were registered, so the first of
 * the two fills the second. Folders are told when they have been measured; asking for them begins that.
 */
const tellDisk = (registry: Registry, { root }: WebOptions, meter: FolderMeter): void => {
  const registers = [registry];
  new Gauge({
    name: 'quire_disk_bytes',
    help: 'What the data root takes: the database, its journal, and folders as last measured (runs are logs and workspaces).',
    labelNames: ['part'],
    registers,
    collect() {
      const { databaseBytes, walBytes, freeBytes } = diskUse(root);
      this.set({ part: 'database' }, databaseBytes);
      this.set({ part: 'journal' }, walBytes);
      free.set(freeBytes);
      const { folders } = meter.ask();
      if (folders === null) return;
      this.set({ part: 'runs' }, folders.runsBytes);
      this.set({ part: 'blobs' }, folders.blobsBytes);
      this.set({ part: 'repos' }, folders.reposBytes);
    },
  });
  const free = new Gauge({
    name: 'quire_disk_free_bytes',
    help: 'Free room on the disk of the data root.',
    registers,
  });
};

/**
 * Of the many default figures of the library these few: the others start a timer of 10 ms and a watch over garbage
 * collection, for a server that is to cost nothing at rest.
 */
const tellProcess = (registry: Registry, version: string): void => {
  const registers = [registry];
  new Gauge({
    name: 'quire_build_info',
    help: 'The version that runs.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process began.',
    registers,
  }).set(Math.round(Date.now() / 1000 - process.uptime()));
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time, of all threads.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
};

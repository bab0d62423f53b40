import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh as shRows } from '../../projections/index.js';
import { type StoredEvent, streamId } from '../../src/events/index.js';
import type { EventStore } from '../../src/store/index.js';
import { differences, foldInMemory, liveRows } from '../properties/fold-in-memory.js';
import { everyPushHasItsRun } from './every-push-has-its-run.js';
import { gracePeriodMs } from './limits.js';
import { type Queue, replayQueue } from './queue.js';
import type { CiLife } from './truth.js';
import type { World } from './world.js';

/**
 * Holds what is stored against what happened: every clause of the recovery contract (docs/ARCHITECTURE.md), as a
 * list of the promises that were broken. The system is at rest, after a last restart in good order.
 */
export const brokenPromises = (world: World, store: EventStore): string[] => {
  const events = store.readEvents({ limit: 100_000 }) as StoredEvent[];
  const story = tellStory(events);
  return [
    ...everyPushHasItsRun(world, store, events),
    ...nothingAcknowledgedIsLost(world, story),
    ...queuedRunsStayInOrder(events),
    ...newerPushesSupersede(events, story),
    ...liveRunsSurvive(world, story),
    ...noCommandRunsTwice(world, store),
    ...noProcessOutlivesItsRun(world, story),
    ...rowsAreWhatEventsSay(world, store, events),
  ];
};

/** The events of each run, in order. */
type Story = ReadonlyMap<string, readonly StoredEvent[]>;

const tellStory = (events: readonly StoredEvent[]): Story => {
  const story = new Map<string, StoredEvent[]>();
  for (const event of events) {
    if (!event.stream.startsWith('run/')) continue;
    const id = streamId(event.stream);
    story.set(id, [...(story.get(id) ?? []), event]);
  }
  return story;
};

const ends: ReadonlySet<string> = new Set(['run.succeeded', 'run.failed', 'run.canceled', 'run.superseded']);

const endOf = (events: readonly StoredEvent[] | undefined): StoredEvent | undefined =>
  events?.find(({ type }) => ends.has(type));

/** 2. Nothing acknowledged is lost. */
const nothingAcknowledgedIsLost = ({ truth }: World, story: Story): string[] => {
  const broken: string[] = [];
  const stored = new Map([...story.values()].flat().map((event) => [event.seq, event.hash]));
  for (const { event } of truth.published) {
    if (event.stream.startsWith('run/') && stored.get(event.seq) !== event.hash) {
      broken.push(`2: event ${event.seq} (${event.type} of ${event.stream}) was published and is gone`);
    }
  }
  for (const life of truth.lives) {
    if (!life.bootstrapped) continue;
    const sent = (story.get(life.runId) ?? []).filter(({ clientNumber }) => clientNumber !== null);
    for (const [i, event] of sent.entries()) {
      const said = life.events[i];
      if (event.clientNumber !== i + 1 || said?.type !== event.type) {
        broken.push(
          `2: run ${life.runId} has ${event.type} as number ${event.clientNumber}, ${said?.type} was said`,
        );
      }
    }
    if (sent.length < life.acknowledged) {
      broken.push(`2: run ${life.runId} was acknowledged ${life.acknowledged} events and has ${sent.length}`);
    }
  }
  for (const { what, runId } of truth.answered) {
    const events = story.get(runId) ?? [];
    const seen = events.some(
      ({ type }) =>
        type === (what === 'rerun' ? 'run.queued' : 'run.canceled') ||
        (what === 'cancel' && type === 'run.cancel-requested'),
    );
    if (!seen) broken.push(`2: ${what} of run ${runId} was answered and left no trace`);
  }
  return broken;
};

/** 3. Queued runs survive a restart and stay in order. */
const queuedRunsStayInOrder = (events: readonly StoredEvent[]): string[] => {
  const queue: Queue = replayQueue();
  return events.flatMap((event) => queue.step(event));
};

/** A newer push takes the place of what waits or works for its ref, whatever crashed between the two. */
const newerPushesSupersede = (events: readonly StoredEvent[], story: Story): string[] =>
  events.flatMap((event) => {
    if (event.type !== 'run.queued' || event.data.attempt > 1) return [];
    const { repo, ref } = event.data;
    return [...story]
      .filter(([, of]) => {
        const [queued] = of;
        if (queued?.type !== 'run.queued' || queued.seq >= event.seq) return false;
        if (queued.data.repo !== repo || queued.data.ref !== ref) return false;
        const isOpen = (endOf(of)?.seq ?? Number.POSITIVE_INFINITY) > event.seq;
        return isOpen && !of.some(({ type }) => type === 'run.superseded' || type === 'run.cancel-requested');
      })
      .map(([runId]) => `3: run ${runId} was left in peace by the newer run ${streamId(event.stream)}`);
  });

/** 4. A live run survives a restart; only one that is provably gone, or silent for too long, is orphaned. */
const liveRunsSurvive = (world: World, story: Story): string[] => {
  const broken: string[] = [];
  for (const [runId, events] of story) {
    const end = endOf(events);
    if (end === undefined) {
      broken.push(`4: run ${runId} has not ended`);
      continue;
    }
    const started = events.some(({ type }) => type === 'run.started');
    const lives = world.truth.livesOf(runId);
    const life = lives.find(({ bootstrapped }) => bootstrapped) ?? lives.at(-1);
    const isAsked = events.some(({ type }) => type === 'run.cancel-requested');
    if (life?.bootstrapped && life.disturbed === undefined && !isAsked && life.process.endedBy === 'itself') {
      if (life.refused !== undefined) broken.push(`4: run ${runId} lived and was refused: ${life.refused}`);
      else if (end.type !== life.end)
        broken.push(`4: run ${runId} ended with ${told(end)} instead of ${life.end}`);
    }
    if (end.type !== 'run.failed' || end.actor !== 'runner') continue;
    if (started && life !== undefined && !isGoneOrSilent(world, life, end)) {
      broken.push(
        `4: run ${runId} ended with ${told(end)}, but ${life.process.name} was there${life.refused ? ` (${life.refused})` : ''}`,
      );
    }
  }
  return [...broken, ...adoptions(world, story)];
};

const told = (end: StoredEvent): string =>
  end.type === 'run.failed' ? `run.failed (${end.data.failureKind}: ${end.data.message})` : end.type;

/** By itself, or after a silence that no server may be blamed for. */
const isGoneOrSilent = ({ truth }: World, life: CiLife, end: StoredEvent): boolean => {
  if (end.type === 'run.failed' && end.data.failureKind === 'timed-out') return true;
  if (life.refused === undefined && life.process.endedBy === 'itself') return true;
  const published = truth.published.find(({ event }) => event.seq === end.seq);
  if (published === undefined) return true;
  const contactMs = life.contactByServer.get(published.life);
  const serverStartedMs = truth.startedAtMs.get(published.life) ?? 0;
  return (
    life.disturbed !== undefined &&
    contactMs === undefined &&
    published.atMs - serverStartedMs >= gracePeriodMs
  );
};

/** Every server that a live run found again has said so, once. */
const adoptions = ({ truth }: World, story: Story): string[] =>
  truth.lives.flatMap((life) =>
    [...life.contactByServer.keys()].flatMap((server) => {
      const events = story.get(life.runId) ?? [];
      const started = truth.published.find(
        ({ event }) => event.type === 'run.started' && streamId(event.stream) === life.runId,
      );
      if (started === undefined || started.life >= server) return [];
      const adopted = events.filter(
        ({ seq, type }) => type === 'run.adopted' && truth.lifeOf(seq) === server,
      );
      const inDoubt = truth.hasUnheard;
      if (
        adopted.length === 1 ||
        (adopted.length === 0 && (inDoubt || isOverBefore(truth.lifeOf(endOf(events)?.seq ?? 0), server)))
      )
        return [];
      return [`4: run ${life.runId} was adopted ${adopted.length} times by server ${server}`];
    }),
  );

const isOverBefore = (endedIn: number | undefined, server: number): boolean =>
  endedIn !== undefined && endedIn < server;

/** 5. A command in flight at a crash is never silently run again: it ends interrupted with the bytes so far. */
const noCommandRunsTwice = (world: World, store: EventStore): string[] => {
  const broken: string[] = [];
  const runIds = new Set(world.truth.lives.map(({ runId }) => runId));
  for (const runId of runIds) {
    const counts = new Map<string, number>();
    const lives = world.truth.livesOf(runId);
    if (lives.filter(({ bootstrapped }) => bootstrapped).length > 1)
      broken.push(`5: run ${runId} was given to two processes`);
    for (const life of lives)
      for (const [name, n] of life.executions) counts.set(name, (counts.get(name) ?? 0) + n);
    for (const [name, n] of counts)
      if (n !== 1) broken.push(`5: command ${name} of run ${runId} was executed ${n} times`);
  }
  for (const row of store.read.select().from(shRows).all()) {
    const name = `command ${row.jobId}/${row.n} of run ${row.runId}`;
    if (row.state === 'active') broken.push(`5: ${name} never ended`);
    const file = join(world.root, 'runs', row.runId, 'jobs', row.jobId, `sh-${row.n}.log`);
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (row.logBytes !== bytes.length || (bytes.length > 0 && row.logSha256 !== digest)) {
      broken.push(`5: ${name} has ${bytes.length} bytes of log, the server says ${row.logBytes}`);
    }
  }
  return broken;
};

/** 6. No process outlives its run. The server has had its time: the system is at rest. */
const noProcessOutlivesItsRun = ({ processes, truth, network }: World, story: Story): string[] => {
  const broken: string[] = [];
  for (const { alive, name, markedRunId } of processes.all.values()) {
    if (alive && markedRunId !== null) broken.push(`6: ${name} of run ${markedRunId} lives`);
  }
  for (const { process, runId } of truth.lives)
    if (process.alive) broken.push(`6: ${process.name} of run ${runId} lives`);
  for (const runId of story.keys()) {
    for (const path of network.listeners.keys())
      if (path.includes(runId)) broken.push(`6: the run API of ${runId} is open`);
  }
  return broken;
};

/** 7. Folding all events again gives exactly the rows that are live; and the chain holds. */
const rowsAreWhatEventsSay = (
  { seed }: World,
  store: EventStore,
  events: readonly StoredEvent[],
): string[] => [
  ...differences(foldInMemory(events), liveRows(store)).map((one) => `7: ${one}`),
  ...(seed % 10 === 0 ? store.check().map(({ table, key }) => `7: check finds ${table} ${key}`) : []),
  ...store.verify().findings.map((finding) => `7: the chain: ${JSON.stringify(finding)}`),
  ...(events.every(({ seq }, i) => seq === i + 1) ? [] : ['7: the numbers have a gap']),
];

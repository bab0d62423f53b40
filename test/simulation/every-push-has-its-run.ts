import { refs as refRows } from '../../projections/index.js';
import type { StoredEvent } from '../../src/events/index.js';
import type { EventStore } from '../../src/store/index.js';
import { zero } from './edges/forge.js';
import type { AcceptedPush, AcceptedUpdate } from './truth.js';
import type { World } from './world.js';

/** 1. Exactly one run per updated ref with a pipeline, or an event that says why not. */
export const everyPushHasItsRun = (
  world: World,
  store: EventStore,
  events: readonly StoredEvent[],
): string[] => {
  const broken: string[] = [];
  for (const push of world.truth.pushes) {
    if (push.reported) broken.push(...checkReported(push, events));
    for (const update of push.updates) broken.push(...checkUpdate(world, push, update, events));
  }
  return [...broken, ...wrongPositions(world, store, () => true)];
};

/**
 * Refs of which the server believes something else than git, among those where every push since it started was
 * reported: it has compared refs then, or tried until it could.
 */
export const missedAtStart = (world: World, store: EventStore): string[] => {
  const { truth, server } = world;
  const startedAtMs = truth.startedAtMs.get(server.number)!;
  const silent = truth.pushes.filter(({ reported, atMs }) => !reported && atMs >= startedAtMs);
  return wrongPositions(
    world,
    store,
    (repo, ref) => !silent.some((push) => push.repo === repo && push.updates.some((one) => one.ref === ref)),
  );
};

const wrongPositions = (
  { forge }: World,
  store: EventStore,
  isAsked: (repo: string, ref: string) => boolean,
): string[] => {
  const rows = store.read.select().from(refRows).all();
  const known = new Map(rows.map((row) => [`${row.repo} ${row.ref}`, row.sha]));
  return ['app', 'site'].flatMap((repo) =>
    [...forge.refs(repo)].flatMap(([ref, sha]) => {
      const believed = known.get(`${repo} ${ref}`);
      if (believed === sha || !isAsked(repo, ref)) return [];
      return [`1: ${repo} ${ref} is at ${sha.slice(-4)}, the server believes ${believed?.slice(-4)}`];
    }),
  );
};

/** A push whose hook got as far as the spool or an answer is stored under its own id, once, whole. */
const checkReported = (push: AcceptedPush, events: readonly StoredEvent[]): string[] => {
  const stored = events.filter(
    ({ stream, type }) => stream === `push/${push.id}` && type === 'push.received',
  );
  if (stored.length !== 1) return [`1: push ${push.id} was reported and is stored ${stored.length} times`];
  return push.updates.flatMap(({ ref }) => {
    const answers = events.filter(
      (event) =>
        (event.type === 'run.queued' &&
          event.data.pushId === push.id &&
          event.data.ref === ref &&
          event.data.attempt === 1) ||
        (event.type === 'push.ref-ignored' && event.stream === `push/${push.id}` && event.data.ref === ref),
    );
    return answers.length === 1
      ? []
      : [`1: ${ref} of push ${push.id} has ${answers.length} answers instead of one`];
  });
};

/** Reported or found: one update leads to one run at most, and to none only when an event says why. */
const checkUpdate = (
  world: World,
  push: AcceptedPush,
  { ref, newSha, content }: AcceptedUpdate,
  events: readonly StoredEvent[],
): string[] => {
  const what = `${push.repo} ${ref} to ${newSha.slice(-4)} (${content})`;
  const runs = events.filter(
    ({ type, data }) =>
      type === 'run.queued' &&
      (data as { sha: string }).sha === newSha &&
      (data as { ref: string }).ref === ref &&
      (data as { attempt: number }).attempt === 1,
  );
  if (content === 'deleted') return [];
  if (content !== 'pipeline') return runs.length === 0 ? [] : [`1: ${what} has a run`];
  const ignored = events.some(
    (event) => event.type === 'push.ref-ignored' && event.data.ref === ref && event.data.newSha === newSha,
  );
  if (runs.length > 1) return [`1: ${what} has ${runs.length} runs`];
  if (runs.length === 1 || ignored) return [];
  return isInGap(world, push, ref, events)
    ? []
    : [`1: ${what} has neither a run nor an event that says why not`];
};

/**
 * A push that nobody reported and that another one followed before anybody looked cannot be seen any more. But an
 * event tells of the part of the way that was missed, from one position of the ref to a later one, and it lies in it;
 * unless the ref was led back to where it had been, so that nothing is missing.
 */
const isInGap = (
  { truth: { pushes } }: World,
  push: AcceptedPush,
  ref: string,
  events: readonly StoredEvent[],
): boolean => {
  if (push.reported) return false;
  const way = pushes.filter(
    ({ repo, updates }) => repo === push.repo && updates.some((one) => one.ref === ref),
  );
  const positions = [zero, ...way.map(({ updates }) => updates.find((one) => one.ref === ref)!.newSha)];
  const at = way.indexOf(push) + 1;
  if (positions.slice(0, at).some((before) => positions.slice(at + 1).includes(before))) return true;
  return gapsOf(push.repo, ref, events).some(
    ({ from, to }) => positions.slice(0, at).includes(from) && positions.slice(at).includes(to),
  );
};

const gapsOf = (
  repo: string,
  ref: string,
  events: readonly StoredEvent[],
): { from: string; to: string }[] => {
  const pushedTo = new Map<string, string>();
  return events.flatMap((event) => {
    if (event.type === 'push.received') pushedTo.set(event.stream, event.data.repo);
    if (event.type === 'push.gap-found' && event.data.ref === ref && pushedTo.get(event.stream) === repo)
      return [{ from: event.data.knownSha, to: event.data.oldSha }];
    if (event.type !== 'push.reconciled' || event.data.repo !== repo) return [];
    return event.data.refs
      .filter((update) => update.ref === ref)
      .map(({ oldSha, newSha }) => ({ from: oldSha, to: newSha }));
  });
};

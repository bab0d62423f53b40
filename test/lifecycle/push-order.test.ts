import { describe, expect, it } from 'vitest';
import type { PushRow, RefRow } from '../../projections/index.js';
import { refsProjection } from '../../projections/refs.js';
import type { NewEvent, StoredEvent } from '../../src/events/index.js';
import { decidePush, type InspectedRef, type PushCommand } from '../../src/lifecycle/index.js';

/**
 * Every way in which the hooks of up to four pushes to one ref can tell of them: each is killed, or tells once, at
 * any time after git accepted its push; the server may compare refs in between; clocks go on or are set back; and
 * pushes lead on, back, or to nothing. What is held does not depend on how the decision is made.
 */
describe('the pushes of one ref, whichever hooks are slow or killed', () => {
  it('leave the server at the position of git when the last one was reported, and each has a run or a reason', () => {
    let played = 0;
    for (const positions of ways) {
      for (const story of storiesOf(positions.length - 1)) {
        for (const times of clocks) {
          const broken = play(positions, story, times);
          if (broken.length > 0) {
            expect.fail(`${positions.join(' → ')}; ${story.map(inWords).join(', ')}; ${times}: ${broken}`);
          }
          played += 1;
        }
      }
    }
    expect(played).toBeGreaterThan(10_000);
  });
});

const ref = 'refs/heads/main';
const nothing = '0'.repeat(40);
const shaOf = (name: string): string => (name === '-' ? nothing : name.repeat(40));

/** Where the pushes lead the ref, from its first position on. */
const ways = [
  '-abcd',
  '-ab-c',
  '-a-b',
  '-a-a',
  '-aba',
  '-abac',
  '-abab',
  '-abcb',
  '-abca',
  'ab-a',
  '-abc',
].map((way) => [...way]);

/** The clock of the push at `i`: it goes on, stands still, runs backwards, or is set back once. */
const clocks = ['1234', '1111', '4321', '1423', '9123', '8912'];

/** Git accepts a push, its hook tells of it, or the server compares refs. */
type Step = { readonly does: 'accept' | 'tell'; readonly push: number } | { readonly does: 'compare' };

const inWords = (step: Step): string => (step.does === 'compare' ? 'compare' : `${step.does} ${step.push}`);

/** Every order of the steps of `count` pushes in which each tells at most once, and after git accepted it. */
const storiesOf = (count: number): readonly (readonly Step[])[] => {
  const stories: Step[][] = [];
  const goOn = (story: Step[], accepted: number, silent: readonly number[], compared: boolean): void => {
    if (accepted === count) stories.push(story);
    if (accepted < count) {
      goOn([...story, { does: 'accept', push: accepted }], accepted + 1, [...silent, accepted], compared);
    }
    for (const push of silent) {
      const rest = silent.filter((one) => one !== push);
      goOn([...story, { does: 'tell', push }], accepted, rest, compared);
    }
    if (!compared && accepted > 0) goOn([...story, { does: 'compare' }], accepted, silent, true);
  };
  goOn([], 0, [], false);
  return stories;
};

/** What the server believes, as the rows say it. */
interface Belief {
  known: RefRow | undefined;
  readonly reconciled: Set<string>;
}

const play = (positions: readonly string[], story: readonly Step[], clock: string): string[] => {
  const belief: Belief = { known: undefined, reconciled: new Set() };
  const told = new Set<number>();
  const broken: string[] = [];
  const runs: string[] = [];
  let accepted = 0;
  const takeIn = (push: Omit<Taken, 'git'>): void => {
    const events = take(belief, { ...push, git: shaOf(positions[accepted]!) });
    const queued = events.flatMap((event) => (event.type === 'run.queued' ? [event.data.sha] : []));
    const answers = queued.length + events.filter(({ type }) => type === 'push.ref-ignored').length;
    if (answers !== 1) broken.push(`${push.id} has ${answers} answers`);
    runs.push(...queued);
  };
  const compare = (id: string): void => {
    const [oldSha, newSha] = [belief.known?.sha ?? nothing, shaOf(positions[accepted]!)];
    if (oldSha !== newSha) takeIn({ id, source: 'reconciliation', atMs: 5, oldSha, newSha });
  };
  for (const step of story) {
    if (step.does === 'accept') accepted = step.push + 1;
    if (step.does === 'compare') compare('found-between');
    if (step.does === 'tell') {
      told.add(step.push);
      const [oldSha, newSha] = [shaOf(positions[step.push]!), shaOf(positions[step.push + 1]!)];
      const atMs = Number(clock[step.push]);
      takeIn({ id: `push-${step.push}`, source: 'hook', atMs, oldSha, newSha });
    }
  }
  const end = shaOf(positions.at(-1)!);
  if (told.has(accepted - 1) && belief.known?.sha !== end)
    broken.push(`the server believes ${belief.known?.sha}`);
  compare('found-last');
  if ((belief.known?.sha ?? nothing) !== end)
    broken.push(`comparing refs leaves the server at ${belief.known?.sha}`);
  // When a ref comes back to a commit, or is made anew, two pushes of it may look alike, and then only the clock may
  // tell them apart: a run too many is the lesser evil. Otherwise no push has two runs.
  const commits = positions.filter((name) => name !== '-');
  if (new Set(commits).size < commits.length) return broken;
  if (new Set(positions).size < positions.length && clock !== '1234') return broken;
  for (const sha of new Set(runs)) {
    const found = runs.filter((one) => one === sha).length;
    if (found > 1) broken.push(`${sha} was pushed once and has ${found} runs`);
  }
  return broken;
};

interface Taken extends Pick<PushCommand, 'id' | 'source'> {
  readonly atMs: number;
  readonly oldSha: string;
  readonly newSha: string;
  readonly git: string;
}

/** What the intake does: the decision, and the row that follows from the same events. */
const take = (belief: Belief, { id, source, atMs, oldSha, newSha, git }: Taken): NewEvent[] => {
  const { known, reconciled } = belief;
  const found = newSha === nothing ? ('deleted' as const) : ('pipeline' as const);
  const update: InspectedRef = {
    ref,
    oldSha,
    newSha,
    foundSha: git,
    found,
    commitSha: newSha,
    subject: null,
    author: null,
  };
  const state = {
    ref: () => known,
    wasReconciled: (pushId: string) => reconciled.has(pushId),
    openRuns: () => [],
  };
  const push: PushCommand = { id, repo: 'site', pushedAtMs: atMs, pusher: 'ann', source, refs: [update] };
  const events = decidePush(state, push, () => `run-of-${id}`);
  if (source === 'reconciliation') reconciled.add(id);
  const received = { ...events[0], seq: 1 } as StoredEvent<'push.received' | 'push.reconciled'>;
  const look = ((_of: unknown, [pushId]: readonly string[]) => sourceOf(belief, pushId!)) as never;
  belief.known = refsProjection.reduce(known, received, ['site', ref], look) as RefRow;
  return events;
};

const sourceOf = ({ reconciled }: Belief, pushId: string): Pick<PushRow, 'source'> => ({
  source: reconciled.has(pushId) ? 'reconciliation' : 'hook',
});

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tellWatchers } from '../edges/files.js';
import type { Content } from '../edges/forge.js';
import type { Owner } from '../schedule.js';
import type { AcceptedPush } from '../truth.js';
import { current } from '../world.js';

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** A `git push`: git moves refs, then the hook spools the push, then it posts it. It may be killed between any two. */
export const pushSomething = (repo: string, refs: readonly string[]): void => {
  const { forge, random, schedule, truth } = current();
  const hook: Owner = { name: `hook-${truth.pushes.length + 1}`, alive: true };
  const updates = refs.map((ref) => {
    const exists = forge.refs(repo).has(ref);
    const content = chooseContent(exists);
    const newSha = forge.commit(content);
    return { ref, oldSha: forge.update(repo, ref, newSha), newSha, content };
  });
  const push: AcceptedPush = { hook, repo, updates, atMs: schedule.nowMs, id: undefined, reported: false };
  truth.pushes.push(push);
  schedule.note(
    `git accepts ${repo} ${updates.map(({ ref, newSha }) => `${ref} ${newSha.slice(-4)}`).join(', ')}`,
  );
  const dies = random.chance(0.12) ? random.between(0, 3) : undefined;
  runHook(hook, push, dies);
};

const chooseContent = (exists: boolean): Content => {
  const { random } = current();
  if (exists && random.chance(0.12)) return 'deleted';
  if (random.chance(0.1)) return 'no-pipeline';
  return random.chance(0.05) ? 'not-a-commit' : 'pipeline';
};

/** @param dies after which of its steps the hook is killed; it is not, when undefined. */
const runHook = (hook: Owner, push: AcceptedPush, dies: number | undefined): void => {
  const { random, root, schedule } = current();
  const spool = join(root, 'spool');
  let id = '';
  let message = '';
  const steps: readonly [string, () => void][] = [
    [
      'makes its id',
      () => {
        const pushedAtMs = schedule.wallMs();
        id = timePrefix(pushedAtMs) + random.text(11, digits);
        push.id = id;
        const refs = push.updates.map(({ ref, oldSha, newSha }) => ({ ref, oldSha, newSha }));
        message = JSON.stringify({ id, repo: push.repo, pushedAtMs, pusher: 'ada', refs });
      },
    ],
    [
      'writes the push beside its place',
      () => {
        mkdirSync(spool, { recursive: true });
        writeFileSync(join(spool, `.tmp-${id}`), message);
      },
    ],
    [
      'puts it into its place',
      () => {
        renameSync(join(spool, `.tmp-${id}`), join(spool, `${id}.json`));
        push.reported = true;
        tellWatchers(spool, `${id}.json`);
      },
    ],
    ['posts the push', () => post(hook, push, message)],
  ];
  const go = (at: number): void => {
    const [label, perform] = steps[at] ?? [];
    if (label === undefined || perform === undefined) return;
    schedule.add(
      hook,
      `${label}`,
      () => {
        perform();
        if (dies === at) {
          schedule.note(`${hook.name} is killed`);
          hook.alive = false;
          current().network.dropClient(hook);
        } else go(at + 1);
      },
      random.chance(0.2) ? random.between(1, 40) : 0,
    );
  };
  go(0);
};

/** A hook posts once; what comes of it otherwise is the spool's business. Now and then it is repeated all the same. */
const post = (hook: Owner, push: AcceptedPush, body: string): void => {
  const { network, random, root, truth } = current();
  const request = {
    client: hook,
    path: join(root, 'server.sock'),
    method: 'POST',
    url: '/api/pushes',
    body,
    onBroken: () => {
      hook.alive = false;
    },
    onAnswer: (status: number, answer: string) => {
      hook.alive = false;
      if (status === 200) push.reported = true;
      else if (status !== 500) truth.violations.push(`a push was answered with ${status}: ${answer}`);
    },
  };
  network.send(request);
  if (random.chance(0.15)) network.send(request);
};

const timePrefix = (atMs: number): string => {
  let text = '';
  for (let rest = atMs, i = 0; i < 9; i += 1, rest = Math.floor(rest / 32)) text = digits[rest % 32] + text;
  return text;
};

import { join } from 'node:path';
import type { Owner } from '../schedule.js';
import { current } from '../world.js';

/** Somebody cancels a run, or has one done again. */
export const operate = (what: 'cancel' | 'rerun'): void => {
  const { network, random, root, truth } = current();
  const queued = truth.published.filter(({ event }) => event.type === 'run.queued');
  if (queued.length === 0) return;
  const runId = random.pick(queued).event.stream.slice('run/'.length);
  const operator: Owner = { name: 'operator', alive: true };
  const body = JSON.stringify(what === 'cancel' ? { by: 'ada', force: random.chance(0.3) } : { by: 'ada' });
  network.send({
    client: operator,
    path: join(root, 'server.sock'),
    method: 'POST',
    url: `/api/runs/${runId}/${what}`,
    body,
    onBroken: () => undefined,
    onAnswer: (status, answer) => {
      if (status === 202) truth.answered.push({ what, runId });
      else if (status === 201)
        truth.answered.push({ what, runId: (JSON.parse(answer) as { runId: string }).runId });
      else if (status !== 409) truth.violations.push(`${what} was answered with ${status}: ${answer}`);
    },
  });
};

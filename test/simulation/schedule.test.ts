import './replacements.js';
import { describe, expect, it } from 'vitest';
import { useTemplate } from './play-schedules.js';
import { type Outcome, simulate } from './simulate.js';

const template = useTemplate();

describe('a schedule', () => {
  it('is played in the same way every time', async () => {
    const first = await simulate(7, template());
    const second = await simulate(7, template());
    expect(second.trace).toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(50);
  });

  it('is another one for another seed, and most of them crash the server', async () => {
    const outcomes: Outcome[] = [];
    for (let seed = 1; seed <= 20; seed += 1) outcomes.push(await simulate(seed, template()));
    expect(new Set(outcomes.map(({ trace }) => trace.join('\n'))).size).toBe(20);
    expect(
      outcomes.filter(({ trace }) => trace.some((line) => line.includes('CRASH'))).length,
    ).toBeGreaterThan(5);
  });
});

import { expect, it } from 'vitest';
import { nextTurn } from '../../src/lua/event-loop.js';

it('lets one of those that wait go on in each turn of the event loop, in the order they came', async () => {
  let turn = 0;
  let isWatched = true;
  const count = (): void => {
    turn++;
    if (isWatched) setImmediate(count);
  };
  setImmediate(count);
  const seen: [name: string, turn: number][] = [];
  const wait = async (name: string): Promise<void> => {
    await nextTurn();
    seen.push([name, turn]);
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(wait));
  isWatched = false;
  expect(seen.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
  const first = seen[0]?.[1] ?? 0;
  expect(seen.map(([, at]) => at - first)).toEqual([0, 1, 2, 3]);
});

it('gives a turn to the rest before a lone waiter goes on, also when others have waited before', async () => {
  await nextTurn();
  const order: string[] = [];
  setImmediate(() => order.push('the rest'));
  await nextTurn();
  order.push('the waiter');
  expect(order).toEqual(['the rest', 'the waiter']);
});

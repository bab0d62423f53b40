import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repos } from '../../projections/index.js';
import { repoStream } from '../../src/events/index.js';
import { expectRebuildable } from './expect-rebuildable.js';
import { temporaryStore } from './temporary-store.js';

const year = 31_536_000_000;
const time = fc.integer({ min: 0, max: 60 * year });

describe('clocks that jump', () => {
  it('never make a fact illegal, nor time run backwards', async () => {
    const steps = fc.array(fc.record({ server: time, producer: fc.option(time, { nil: undefined }) }), {
      minLength: 2,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (times) => {
        let now = 0;
        const store = temporaryStore({ now: () => now });
        for (const [i, { server, producer }] of times.entries()) {
          now = server;
          const type = i % 2 === 0 ? 'repo.created' : 'repo.removed';
          await store.append(
            [
              {
                stream: repoStream('a'),
                type,
                data: {},
                ...(producer === undefined ? {} : { occurredAtMs: producer }),
              },
            ],
            { actor: 'operator:ann' },
          );
        }
        const events = store.readEvents();
        for (const [i, event] of events.entries()) {
          const before = events[i - 1];
          expect(event.occurredAtMs).toBeLessThanOrEqual(event.recordedAtMs);
          expect(event.occurredAtMs).toBeGreaterThanOrEqual(before?.occurredAtMs ?? 0);
          expect(event.recordedAtMs).toBeGreaterThanOrEqual(before?.recordedAtMs ?? 0);
        }
        expectRebuildable(store);
        await store.close();
      }),
      { numRuns: 30 },
    );
  });

  it('hold a producer time that lies between the event before and now as it is', async () => {
    const store = temporaryStore({ now: () => 5_000 });
    const [event] = await store.append(
      [{ stream: repoStream('a'), type: 'repo.created', data: {}, occurredAtMs: 4_321 }],
      { actor: 'operator:ann' },
    );
    expect(event).toMatchObject({ occurredAtMs: 4_321, recordedAtMs: 5_000 });
    expect(store.read.select().from(repos).all()).toMatchObject([{ createdAtMs: 4_321 }]);
  });
});

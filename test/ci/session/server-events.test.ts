import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServerEvents, type ServerEvent } from '../../../src/ci/session/server-events.js';

const parse = async (...chunks: Array<string | Buffer>): Promise<ServerEvent[]> => {
  const stream = async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
  const events: ServerEvent[] = [];
  for await (const event of parseServerEvents(stream())) events.push(event);
  return events;
};

describe('parseServerEvents', () => {
  it('reads events, and passes over comments, ids and unknown fields', async () => {
    expect(
      await parse(': hello\n\nid: 5\nevent: cancel\nretry: 1\ndata: {"a":1}\n\ndata:x\ndata: y\n\n: bye\n\n'),
    ).toEqual([
      { event: 'cancel', data: '{"a":1}' },
      { event: 'message', data: 'x\ny' },
    ]);
  });

  it('takes other line ends', async () => {
    expect(await parse('event: a\r\ndata: 1\r\n\r\n')).toEqual([{ event: 'a', data: '1' }]);
  });

  it('leaves out an event that has not ended', async () => {
    expect(await parse('data: 1\n\ndata: 2\n')).toEqual([{ event: 'message', data: '1' }]);
  });

  it('gives the same events wherever the stream is cut, also within a character', async () => {
    const bytes = Buffer.from('event: cancel\ndata: naïve 🙂\n\ndata: b\n\n');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
        expect(await parse(...chunks)).toEqual([
          { event: 'cancel', data: 'naïve 🙂' },
          { event: 'message', data: 'b' },
        ]);
      }),
    );
  });

  it('refuses an event without end', async () => {
    await expect(parse(`data: ${'x'.repeat(2_000_000)}`)).rejects.toThrow('longer than');
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { genesisHash, hashData, hashEvent } from '../../src/events/index.js';

/** The chain's format, as literal text. A change here breaks the verification of every database there is. */
const first = {
  seq: 1,
  id: 'V1StGXR8_Z5jdHi6',
  stream: 'run/01j9zr5k2q8n4m6b7c3d',
  streamVersion: 1,
  type: 'run.failed',
  typeVersion: 1,
  occurredAtMs: 1_795_359_000_000,
  recordedAtMs: 1_795_359_000_001,
  actor: 'ci',
  causationSeq: null,
  correlationId: '01j9zr5k2q8n4m6b7c3e',
  clientNumber: 7,
  dataHash: '4e0d1ab0a4c4ee4ad7ccb93f3ecf66f3bb4e3ae0d7fdda3ff1ec02a3d1b4f6a2',
  prevHash: genesisHash,
} as const;

const text =
  '["0000000000000000000000000000000000000000000000000000000000000000",1,"V1StGXR8_Z5jdHi6",' +
  '"run/01j9zr5k2q8n4m6b7c3d",1,"run.failed",1,1795359000000,1795359000001,"ci",null,' +
  '"01j9zr5k2q8n4m6b7c3e",7,"4e0d1ab0a4c4ee4ad7ccb93f3ecf66f3bb4e3ae0d7fdda3ff1ec02a3d1b4f6a2"]';

describe('the hash chain', () => {
  it('hashes data as its JSON text', () => {
    expect(hashData('{}')).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('hashes the envelope as one JSON array', () => {
    expect(hashEvent(first)).toBe(createHash('sha256').update(text).digest('hex'));
    expect(hashEvent(first)).toBe('b8e6abb831386bbe0388d5e37be645b185b45df56c450c1f468dc66636230c04');
  });

  it.each(Object.keys(first))('covers %s', (field) => {
    const value = first[field as 'seq'];
    const changed = typeof value === 'number' ? value + 1 : `${value ?? ''}x`;
    expect(hashEvent({ ...first, [field]: changed })).not.toBe(hashEvent(first));
  });
});

import { hash as digest } from 'node:crypto';
import type { Envelope } from './event.js';

/** The `prevHash` of the first event. */
export const genesisHash = '0'.repeat(64);

/** SHA-256, hex, of the JSON text as it is stored. */
export const hashData = (json: string): string => digest('sha256', json, 'hex');

/**
 * The link of one event in the chain: SHA-256, hex, over the previous link, the whole envelope and the digest
 * of the data. It covers the digest and not the data, so that a redaction may destroy bytes and the chain
 * still verifies.
 */
export const hashEvent = (event: Omit<Envelope, 'hash'> & { readonly type: string }): string =>
  digest(
    'sha256',
    JSON.stringify([
      event.prevHash,
      event.seq,
      event.id,
      event.stream,
      event.streamVersion,
      event.type,
      event.typeVersion,
      event.occurredAtMs,
      event.recordedAtMs,
      event.actor,
      event.causationSeq,
      event.correlationId,
      event.clientNumber,
      event.dataHash,
    ]),
    'hex',
  );

import type { EventData, EventType } from '../events/index.js';

/** What the contents kept by a digest are to the run whose event names them. */
export type BlobUse =
  | { readonly kind: 'source' | 'given' }
  | { readonly kind: 'module'; readonly path: string }
  | { readonly kind: 'outputs' | 'reused-outputs'; readonly jobId: string }
  | { readonly kind: 'read' | 'written'; readonly jobId: string; readonly path: string };

/** A digest in the data of an event, whose bytes are a blob of that name. */
export interface NamedBlob {
  readonly sha256: string;
  readonly use: BlobUse;
}

type Namers = { readonly [T in EventType]?: (data: EventData<T>) => readonly Named[] };
type Named = readonly [sha256: string | null | undefined, use: BlobUse];

const namers: Namers = {
  'pipeline.registered': ({ sourceSha256, givenSha256, modules = [] }) => [
    [sourceSha256, { kind: 'source' }],
    [givenSha256, { kind: 'given' }],
    ...modules.map(({ path, sha256 }) => [sha256, { kind: 'module', path }] as const),
  ],
  'job.succeeded': ({ jobId, outputsSha256 }) => [[outputsSha256, { kind: 'outputs', jobId }]],
  'job.reused': ({ jobId, outputsSha256 }) => [[outputsSha256, { kind: 'reused-outputs', jobId }]],
  'file.read': ({ jobId, path, sha256 }) => [[sha256, { kind: 'read', jobId, path }]],
  'file.written': ({ jobId, path, sha256 }) => [[sha256, { kind: 'written', jobId, path }]],
};

/** The types of events that may name a blob. */
export const typesNamingBlobs = Object.keys(namers) as EventType[];

/** The blobs that an event names. Takes the data of any version known today. Pure. */
export const namedBlobs = (type: string, data: unknown): NamedBlob[] => {
  const namer = namers[type as EventType] as ((data: unknown) => readonly Named[]) | undefined;
  const named = namer?.(data) ?? [];
  return named.flatMap(([sha256, use]) => (sha256 == null ? [] : [{ sha256, use }]));
};

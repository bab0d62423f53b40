import { z } from 'zod';
import { afterEach, describe, expect, it } from 'vitest';
import { catalog, type EventDefinition, upcast, UnreadableEventError } from '../../src/events/index.js';

const live = catalog as unknown as Record<string, EventDefinition>;
const released = live['repo.created']!;

afterEach(() => {
  live['repo.created'] = released;
});

/** A type that was released three times: { title } became { name }, then { name, group }. */
const thirdVersion: EventDefinition = {
  ...released,
  version: 3,
  schema: z.strictObject({ name: z.string(), group: z.string().nullable() }),
  upcasters: [
    (data) => ({ name: (data as { title: string }).title }),
    (data) => ({ ...(data as { name: string }), group: null }),
  ],
};

describe('an old version of an event', () => {
  it.each([
    [1, { title: 'site' }],
    [2, { name: 'site' }],
    [3, { name: 'site', group: null }],
  ])('%i is read as the version of today', (version, data) => {
    live['repo.created'] = thirdVersion;
    expect(upcast('repo.created', version, data)).toEqual({ name: 'site', group: null });
  });

  it('of a newer quire cannot be read, and says which version would do', () => {
    expect(() => upcast('repo.created', 2, {})).toThrow(UnreadableEventError);
    expect(() => upcast('repo.created', 2, {})).toThrow(
      'cannot read event repo.created version 2: this quire knows versions up to 1; upgrade it',
    );
  });

  it('of an unknown type cannot be read', () => {
    expect(() => upcast('repo.painted', 1, {})).toThrow(
      'cannot read event repo.painted version 1: the type is unknown; it was written by a newer quire',
    );
  });

  it.each(Object.entries(catalog))('%s has an upcaster for each version before its last', (_, definition) => {
    expect(definition.upcasters).toHaveLength(definition.version - 1);
  });
});

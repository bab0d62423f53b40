import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalog, encodeEventData, eventTypes, upcast } from '../../src/events/index.js';
import { sampleData } from './sample-data.js';

/**
 * Every released shape of every event type, as the literal JSON text that is stored: `<type>.v<version>.json`.
 * Such a file is never edited; a new shape is a new version and a new file.
 */
const fixture = (type: string, version: number): string =>
  readFileSync(
    new URL(`../fixtures/pinned/events/${type}.v${version}.json`, import.meta.url),
    'utf8',
  ).trimEnd();

describe('a released shape', () => {
  it.each(eventTypes)('of %s is written today as it was pinned', (type) => {
    expect(encodeEventData(type, sampleData[type]).json).toBe(fixture(type, catalog[type].version));
  });

  it.each(
    eventTypes.flatMap((type) =>
      Array.from({ length: catalog[type].version }, (_, i) => [type, i + 1] as const),
    ),
  )('%s version %i is read as the version of today', (type, version) => {
    const data = upcast(type, version, JSON.parse(fixture(type, version)));
    expect(catalog[type].schema.parse(data)).toEqual(data);
  });

  it.each(eventTypes)('of %s refuses a field that it does not know', (type) => {
    expect(() => encodeEventData(type, { ...sampleData[type], surplus: 1 })).toThrow(/malformed data/);
  });
});

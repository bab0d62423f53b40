import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventsDocument } from './events-document.js';
import { diagrams, withDiagrams } from './states-document.js';

const pathOf = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const update = process.env.QUIRE_UPDATE_DOCS === '1';

describe('docs/EVENTS.md', () => {
  it('says what the catalog says', () => {
    if (update) writeFileSync(pathOf('EVENTS.md'), eventsDocument());
    expect(readFileSync(pathOf('EVENTS.md'), 'utf8')).toBe(eventsDocument());
  });
});

describe('docs/STATES.md', () => {
  it('draws the machines of the transition tables', () => {
    const text = readFileSync(pathOf('STATES.md'), 'utf8');
    if (update) writeFileSync(pathOf('STATES.md'), withDiagrams(text));
    const found = readFileSync(pathOf('STATES.md'), 'utf8');
    for (const drawn of diagrams().values()) expect(found).toContain(drawn);
  });
});

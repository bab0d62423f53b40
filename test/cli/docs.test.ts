import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rootRule } from '../../src/cli/root.js';
import { withReference } from './cli-reference.js';

const path = fileURLToPath(new URL('../../docs/CLI.md', import.meta.url));

describe('docs/CLI.md', () => {
  it('has every command, argument, option and exit code as the program tells them', () => {
    const text = readFileSync(path, 'utf8');
    if (process.env.QUIRE_UPDATE_DOCS === '1') writeFileSync(path, withReference(text));
    expect(readFileSync(path, 'utf8')).toBe(withReference(text));
  });

  it('tells the rule for the data root', () => {
    expect(readFileSync(path, 'utf8').replaceAll('`', '').replaceAll('\n', ' ')).toContain(rootRule);
  });
});

#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// `--version` is answered before anything else is loaded, not even the file that knows it otherwise: each module
// costs a tenth of a bare start of Node. Every command loads what it needs when it is called.
if (process.argv[2] === '--version' && process.argv.length === 3) {
  const packageJson = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  process.stdout.write(`${(JSON.parse(packageJson) as { version: string }).version}\n`);
} else {
  const { main } = await import('../cli/index.js');
  await main(process.argv.slice(2));
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { scratchFolder } from '../../forge/scratch.js';

/** A script for node that does what `quire hook post-receive --spooled FILE` does, made from the sources. */
export function standInForQuire(): string {
  const folder = scratchFolder();
  const sources = join(import.meta.dirname, '../../../src/intake/hook');
  mkdirSync(join(folder, 'hook'));
  for (const name of ['send', 'say-outcome', 'wording']) {
    const source = readFileSync(join(sources, `${name}.ts`), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(join(folder, 'hook', `${name}.js`), outputText);
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(
    join(folder, 'quire.js'),
    `import { sendSpooled } from './hook/send.js';
import { sayOutcome } from './hook/say-outcome.js';
const [, , ...words] = process.argv;
if (words.slice(0, 3).join(' ') !== 'hook post-receive --spooled') throw new Error(words.join(' '));
const root = process.env.QUIRE_ROOT;
const said = sayOutcome(root, await sendSpooled(root, words[3], { timeoutMs: 1000 }));
process.stdout.write(said.stdout);
process.stderr.write(said.stderr);
`,
  );
  return join(folder, 'quire.js');
}

// Makes a checkout ready to run: installs the locked dependencies when they are absent or older than
// the lock file, then compiles. Begins with nothing but Node, so that it works on a fresh clone.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const buildOnly = process.argv.includes('--build-only');

const modifiedAtMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const run = (command, args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });

if (!buildOnly && modifiedAtMs('node_modules/.package-lock.json') < modifiedAtMs('package-lock.json')) {
  console.error('quire: installing dependencies (better-sqlite3 may compile, about 90 s)');
  // Not `npm ci`, which refuses a lock file without the optional packages of every other platform.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
}

console.error('quire: building');
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'src/web/client']);

// quire-ci is started for each run: as one file it needs half the processor time until it is ready (0.17 s for 0.34 s,
// `time node dist/src/bin/quire-ci.js </dev/null`), which would else be taken from the run before it.
const { buildSync } = await import('esbuild');
buildSync({
  entryPoints: [join(root, 'src/bin/quire-ci.ts')],
  outfile: join(root, 'dist/src/bin/quire-ci.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
});

const assets = join(root, 'src/web/assets');
mkdirSync(join(root, 'dist/src/web/assets'), { recursive: true });
for (const name of readdirSync(assets)) {
  copyFileSync(join(assets, name), join(root, 'dist/src/web/assets', name));
}

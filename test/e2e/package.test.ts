import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './run-command.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const npmEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^npm_(?!config_)/i.test(name),
  ),
) as Record<string, string>;

let folder: string;
let bin: string;

describe('the package', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quire-package-'));
    const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
      cwd: project,
      env: npmEnv,
    });
    expect(packed.code, packed.stderr).toBe(0);
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    const prefix = join(folder, 'prefix');
    const installed = await run('npm', ['install', '--global', '--prefix', prefix, join(folder, archive!)], {
      cwd: folder,
      env: npmEnv,
    });
    expect(installed.code, installed.stderr).toBe(0);
    bin = join(prefix, 'bin');
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gives working commands in an empty prefix', async () => {
    for (const name of ['quire', 'quire-ci']) {
      const { code, stdout } = await run(join(bin, name), ['--version'], { cwd: folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^\d+\.\d+\.\d+/m);
    }
  });

  it('has the migrations and the pages inside', async () => {
    const root = join(folder, 'root');
    const made = await run(join(bin, 'quire'), ['--root', root, 'repo', 'new', 'app'], { cwd: folder });
    expect(made.stderr).toBe('');
    expect(made.code).toBe(0);
    const demo = await run(join(bin, 'quire'), ['demo', '--once'], { cwd: folder });
    expect(demo.code, demo.stdout + demo.stderr).toBe(0);
  }, 120_000);

  it('exports the compiler', async () => {
    const library = join(folder, 'prefix/lib/node_modules');
    const code =
      "import('quire/fennel').then(({ compile }) => console.log(compile('(+ 1 2)', { filename: 'x.fnl' }).lua))";
    const { stdout } = await run(process.execPath, ['-e', code], { cwd: join(library, 'quire') });
    expect(stdout).toContain('1 + 2');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highlight } from '../../src/web/source/highlight.js';
import { makeBareRepo } from './bare-repo.js';
import { startWeb } from './web-server.js';

/** A repository on the server with these files in one commit. */
const withRepo = async (files: Record<string, string>) => {
  const web = await startWeb();
  await web.history.createRepo('group/name');
  const sha = makeBareRepo(web.root, 'group/name', files);
  return { web, sha, address: `/repos/group/name/-/pipeline/${sha}` };
};

interface Pipeline {
  jobs: { id: string; inputs: string[]; line: number }[];
  diagnostics: { message: string; line: number }[];
  source: string;
}

describe('the pipeline of a commit', () => {
  it('shows its source, jobs and edges before any run, also of a library file', async () => {
    const { web, address } = await withRepo({
      '.quire/ci.fnl': `(local ci (require :quire.ci))
(local {: name} (require :lib.names))
(ci.job :one [:quire/push] (fn [{: sh}] (sh "true")))
(ci.job name [:one] (fn [{: sh}] (sh "true")))
`,
      '.quire/lib/names.fnl': '{:name :two}',
    });
    const { jobs, diagnostics } = (await web.json(address)) as Pipeline;
    expect(diagnostics).toEqual([]);
    expect(jobs).toMatchObject([
      { id: 'one', inputs: ['quire/push'], line: 3 },
      { id: 'two', inputs: ['one'], line: 4 },
    ]);
    const page = await web.text(address);
    expect(page).toContain('2 jobs, one at a time.');
    expect(page).toContain('<span class="fnl-keyword">:quire/push</span>');
  });

  it('shows what is wrong with a broken one', async () => {
    const { web, address } = await withRepo({
      '.quire/ci.fnl': '(local ci (require :quire.ci))\n(ci.job :one [:tow] (fn [] nil))\n',
    });
    const { diagnostics } = (await web.json(address)) as Pipeline;
    expect(diagnostics[0]).toMatchObject({ line: 2, message: expect.stringContaining('tow') });
    expect(await web.text(address)).toContain('in .quire/ci.fnl.');
  });

  it('ends one that never ends, while the server goes on', async () => {
    const { web, address } = await withRepo({ '.quire/ci.fnl': '(while true nil)\n' });
    const loading = web.json(address);
    expect((await web.get('/health')).status).toBe(200);
    expect(((await loading) as Pipeline).diagnostics).toHaveLength(1);
  });

  it('is not there for a commit without one, for no commit, or for somebody who may not see it', async () => {
    const { web, address } = await withRepo({ 'README.md': 'hello' });
    expect((await web.get(address)).status).toBe(404);
    for (const sha of ['f'.repeat(40), '--help', 'main', '..']) {
      expect((await web.get(`/repos/group/name/-/pipeline/${sha}`)).status, sha).toBe(404);
    }
    expect((await web.get(address, { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(404);
  });
});

describe('highlighting', () => {
  it('keeps every character of any text', () => {
    const fennelish = fc.string({
      unit: fc.constantFrom('(', ')', '"', '\\', ';', ':', 'a', '1', ' ', '\n', '[', '}', '`'),
    });
    fc.assert(
      fc.property(fennelish, (source) => {
        const text = highlight(source).map((tokens) => tokens.map((token) => token.text).join(''));
        expect(text.join('\n')).toBe(source);
      }),
    );
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runs } from '../../projections/index.js';
import { repoStream, timeSortedId } from '../../src/events/index.js';
import { spoolFolder } from '../../src/intake/index.js';
import { type RunningServer, startServer } from '../../src/server/index.js';
import { openStore } from '../../src/store/index.js';
import { temporaryRoot } from '../store/temporary-store.js';

const none = '0'.repeat(40);

/** A root with a repository whose many branches, all at one commit with a pipeline, no server knows of yet. */
const rootWithBranches = async (count: number, config = '{}') => {
  const root = temporaryRoot();
  writeFileSync(join(root, 'config.fnl'), config);
  const store = openStore(root);
  await store.append([{ stream: repoStream('app'), type: 'repo.created', data: {} }], {
    actor: 'operator:ada',
  });
  await store.close();
  const gitDir = join(root, 'repos/app.git');
  mkdirSync(gitDir, { recursive: true });
  const person = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org' };
  const committer = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.org' };
  const env = { PATH: process.env.PATH, ...person, ...committer };
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8', input, env }).trim();
  git(['init', '--quiet', '--bare']);
  const blob = git(['hash-object', '-w', '--stdin'], '(local ci (require :quire.ci))');
  const folder = git(['mktree'], `100644 blob ${blob}\tci.fnl\n`);
  const sha = git(['commit-tree', '-m', 'first', git(['mktree'], `040000 tree ${folder}\t.quire\n`)]);
  const names = Array.from(
    { length: count },
    (_, i) => `refs/heads/team/somebody/a-branch-of-some-usual-length-here/${i}`,
  );
  git(['update-ref', '--stdin'], names.map((name) => `create ${name} ${sha}\n`).join(''));
  const refs = names.map((ref) => ({ ref, oldSha: none, newSha: sha }));
  const id = timeSortedId(Date.now());
  const message = JSON.stringify({ id, repo: 'app', pushedAtMs: Date.now(), pusher: 'ada', refs });
  return { root, message, id };
};

const serve = async (root: string): Promise<RunningServer> => {
  const server = await startServer({ root, version: '0', port: 0, log: pino({ level: 'silent' }) });
  onTestFinished(() => server.close());
  return server;
};

const post = (root: string, body: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const posting = request({ socketPath: join(root, 'server.sock'), method: 'POST', path: '/api/pushes' });
    posting.on('error', reject);
    posting.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, text });
    });
    posting.end(body);
  });

const countRuns = ({ store }: RunningServer): number =>
  store.read.select({ count: sql<number>`count(*)` }).from(runs).get()!.count;

describe('a push of many refs', () => {
  it('gives each of 6,000 its run, though their message has more than a megabyte', async () => {
    const { root, message } = await rootWithBranches(6000);
    expect(message.length).toBeGreaterThan(1_048_576);
    mkdirSync(spoolFolder(root), { recursive: true });
    writeFileSync(join(spoolFolder(root), `${timeSortedId(1)}.json`), message);
    const server = await serve(root);
    expect(countRuns(server)).toBe(6000);
    expect(readdirSync(spoolFolder(root))).toEqual([]);
    const repeated = await post(root, message);
    expect(repeated.status).toBe(200);
    expect(repeated.text.split('\n').filter((line) => line.includes('queued for'))).toHaveLength(6000);
    expect(countRuns(server)).toBe(6000);
  });

  it('beyond the limit of a message is refused with both sizes, and found by comparing refs at the next start', async () => {
    const { root, message, id } = await rootWithBranches(20, '{:limits {:message 2000}}');
    mkdirSync(spoolFolder(root), { recursive: true });
    writeFileSync(join(spoolFolder(root), `${id}.json`), message);
    const server = await serve(root);
    expect(readdirSync(join(spoolFolder(root), 'rejected')).sort()).toEqual([
      `${id}.json`,
      `${id}.json.reason`,
    ]);
    expect(countRuns(server)).toBe(20);
    expect(server.store.readEvents({ types: ['push.reconciled'] })).toHaveLength(1);
    expect((await post(root, message)).status).toBe(413);
  });
});

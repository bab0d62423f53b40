import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { timeSortedId, timeSortedIdPattern } from '../../../src/events/index.js';
import { parsePushMessage } from '../../../src/intake/push-message.js';
import { scratchFolder } from '../../forge/scratch.js';
import { startPushServer } from './push-server.js';
import { commandsOnly, fakeCommand, Pushing, path, remoteLines } from './pushing.js';

const zero = '0'.repeat(40);
const line = `${zero} ${'1'.repeat(40)} refs/heads/main\n`;

describe('a push', () => {
  test('reaches the server as one message, which is in the spool by then, and shows the answer', async () => {
    const pushing = await Pushing.start();
    const inSpool: string[] = [];
    const received = await startPushServer(pushing.root, (_message, response) => {
      inSpool.push(...pushing.spooled());
      response.end('quire: run 7 queued for refs/heads/main http://x/7\n');
    });
    const before = Date.now();
    const printed = await pushing.push(['main']);
    expect(printed.exitCode).toBe(0);
    expect(remoteLines(printed)).toEqual(['quire: run 7 queued for refs/heads/main http://x/7']);

    expect(received).toHaveLength(1);
    const { method, url, contentType, body } = received[0]!;
    expect([method, url, contentType]).toEqual(['POST', '/api/pushes', 'application/json']);
    const message = parsePushMessage(body);
    expect(message).toEqual({
      id: expect.stringMatching(timeSortedIdPattern),
      repo: 'group/app',
      pushedAtMs: expect.any(Number),
      pusher: 'ada',
      refs: [{ ref: 'refs/heads/main', oldSha: zero, newSha: pushing.work.git('rev-parse', 'HEAD') }],
    });
    expect(message.pushedAtMs).toBeGreaterThanOrEqual(before);
    expect(message.pushedAtMs).toBeLessThanOrEqual(Date.now());
    expect(message.id.slice(0, 9)).toBe(timeSortedId(message.pushedAtMs).slice(0, 9));

    expect(inSpool).toEqual([body]);
    expect(pushing.spoolNames()).toEqual([`${message.id}.json`]);
  });

  test('of branches, tags, updates and deletions names each ref with both ids', async () => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    const { work } = pushing;
    const first = work.git('rev-parse', 'HEAD');
    await pushing.push(['main', 'main:gone']);
    const second = work.commit({ a: '2' });
    work.git('tag', '-a', '-m', 'annotated', 'v1');
    work.git('tag', 'light');
    const printed = await pushing.push(['main', 'v1', 'light', ':gone']);
    expect(printed.exitCode).toBe(0);
    const { refs } = parsePushMessage(received[1]!.body);
    expect(refs.toSorted((a, b) => (a.ref < b.ref ? -1 : 1))).toEqual([
      { ref: 'refs/heads/gone', oldSha: first, newSha: zero },
      { ref: 'refs/heads/main', oldSha: first, newSha: second },
      { ref: 'refs/tags/light', oldSha: zero, newSha: second },
      { ref: 'refs/tags/v1', oldSha: zero, newSha: work.git('rev-parse', 'v1') },
    ]);
  });

  test('of refs with quotes, other scripts and everything a shell would run is only text', async () => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    const names = [
      '"',
      '""quoted""',
      "it's",
      'grün/日本語/💥',
      '$(reboot)',
      '`id`',
      '$HOME',
      'a;b&c|d<e>f',
      '%s%n%',
      '-dash',
      '#hash',
      '!bang',
      '{"ref"}',
    ];
    const printed = await pushing.push(names.map((name) => `main:refs/heads/x/${name}`));
    expect(printed.exitCode).toBe(0);
    const refs = parsePushMessage(received[0]!.body).refs.map(({ ref }) => ref);
    expect(refs.toSorted()).toEqual(names.map((name) => `refs/heads/x/${name}`).toSorted());
    expect(remoteLines(printed).toSorted()).toEqual(
      refs.map((ref) => `quire: run 1 queued for ${ref} http://127.0.0.1:3000/runs/1`).toSorted(),
    );
  });

  test('of a thousand refs is one message', async () => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    const { work } = pushing;
    const sha = work.git('rev-parse', 'HEAD');
    const names = Array.from({ length: 999 }, (_, i) => `refs/heads/"b"/${i}`);
    work.gitWith(
      { input: names.map((name) => `create ${JSON.stringify(name)} ${sha}\n`).join('') },
      'update-ref',
      '--stdin',
    );
    const printed = await pushing.push(['--all']);
    expect(printed.exitCode).toBe(0);
    expect(received).toHaveLength(1);
    const { refs } = parsePushMessage(received[0]!.body);
    expect(new Set(refs.map(({ ref }) => ref))).toEqual(new Set(['refs/heads/main', ...names]));
    expect(remoteLines(printed)).toHaveLength(1000);
  });

  test('that the server has nothing to say of shows nothing', async () => {
    const pushing = await Pushing.start();
    await startPushServer(pushing.root, (_message, response) => response.end());
    expect(remoteLines(await pushing.push(['main']))).toEqual([]);
  });

  test('that updated nothing sends nothing of its own', async () => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    await pushing.push(['main']);
    await pushing.push(['main']);
    expect(received).toHaveLength(1);
  });

  test("ignores the pusher's curl configuration and proxies", async () => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    const home = scratchFolder();
    writeFileSync(join(home, '.curlrc'), '--output /dev/null\n--fail\n--max-time 0.001\n');
    const proxy = 'http://127.0.0.1:9';
    const env = { HOME: home, http_proxy: proxy, all_proxy: proxy, ALL_PROXY: proxy };
    const { stdout, stderr } = await pushing.hook(line, env);
    expect([stdout, stderr]).toEqual([
      'quire: run 1 queued for refs/heads/main http://127.0.0.1:3000/runs/1\n',
      '',
    ]);
    expect(received).toHaveLength(1);
  });

  test('by a pusher who presses Ctrl-C or hangs up meanwhile is reported all the same', async () => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    // Both signals reach the whole process group, as from a terminal.
    const env = { PATH: path(fakeCommand('sync', 'trap "" INT HUP; kill -INT 0; kill -HUP 0')) };
    const { stdout, exitCode } = await pushing.hook(line, env);
    expect([stdout.split(' ')[1], exitCode]).toEqual(['run', 0]);
    expect(received).toHaveLength(1);
  });
});

describe('the pusher', () => {
  const user = { QUIRE_PUSHER: '', REMOTE_USER: '', GL_USERNAME: '', LOGNAME: '', USER: '' };
  test.each([
    [{ QUIRE_PUSHER: 'a', REMOTE_USER: 'b', GL_USERNAME: 'c', LOGNAME: 'd', USER: 'e' }, 'a'],
    [{ REMOTE_USER: 'b', GL_USERNAME: 'c', LOGNAME: 'd', USER: 'e' }, 'b'],
    [{ GL_USERNAME: 'c', LOGNAME: 'd', USER: 'e' }, 'c'],
    [{ LOGNAME: 'd', USER: 'e' }, 'd'],
    [{ USER: 'e' }, 'e'],
    [{ QUIRE_PUSHER: 'Ada "the" \\Countess\\ Löv€lace' }, 'Ada "the" \\Countess\\ Löv€lace'],
    [{ QUIRE_PUSHER: 'a\nb\tc\x1b[31m\x7f' }, 'a b c [31m '],
    [{ QUIRE_PUSHER: '$(id) `id` %s -n' }, '$(id) `id` %s -n'],
    [{ QUIRE_PUSHER: 'x'.repeat(5000) }, 'x'.repeat(256)],
  ])('of the environment %j is %s', async (env, pusher) => {
    const pushing = await Pushing.start();
    await pushing.hook(line, { ...user, ...env });
    expect(parsePushMessage(pushing.spooled()[0]!).pusher).toBe(pusher);
  });

  test('of an empty environment is the user the hook runs as', async () => {
    const pushing = await Pushing.start();
    await pushing.hook(line, user);
    const { pusher } = parsePushMessage(pushing.spooled()[0]!);
    expect(pusher).toBe(userInfo().username);
  });
});

describe('on other systems', () => {
  const hook = async (folders: string[], shell?: string) => {
    const pushing = await Pushing.start();
    const received = await startPushServer(pushing.root);
    const printed = await pushing.hook(line, { PATH: path(...folders) }, shell);
    expect(printed).toEqual({
      stdout: 'quire: run 1 queued for refs/heads/main http://127.0.0.1:3000/runs/1\n',
      stderr: '',
      exitCode: 0,
    });
    expect(pushing.spooled()).toEqual([received[0]!.body]);
    return parsePushMessage(received[0]!.body);
  };

  test.each(['sh', 'dash', 'bash', 'ksh', 'zsh', 'busybox'])(
    'the hook runs in %s, where there is one',
    async (shell) => {
      let folder: string;
      try {
        folder = commandsOnly(shell);
      } catch {
        expect(shell).not.toBe('sh');
        return;
      }
      const program = shell === 'busybox' ? fakeCommand('sh', `exec ${join(folder, shell)} sh "$@"`) : folder;
      await hook([], join(program, shell === 'busybox' ? 'sh' : shell));
    },
  );

  test.each(['echo 1795360758%3N', 'echo 1795360758N', 'case $1 in *N) exit 1;; *) echo 1795360758;; esac'])(
    'a date without milliseconds (%s) gives whole seconds',
    async (script) => {
      const date = `case $1 in *N) ${script};; *) echo 1795360758;; esac`;
      expect((await hook([fakeCommand('date', date)])).pushedAtMs).toBe(1_795_360_758_000);
    },
  );

  test('a sync that takes no file is replaced by dd', async () => {
    const mark = join(scratchFolder(), 'dd-ran');
    const dd = fakeCommand('dd', `touch ${mark}; PATH=${process.env.PATH} exec dd "$@"`);
    await hook([fakeCommand('sync', 'exit 1'), dd]);
    expect(existsSync(mark)).toBe(true);
  });

  test('a system without random ids of its own still gives ids that differ', async () => {
    const pushing = await Pushing.start();
    const script = readFileSync(join(pushing.bare, 'hooks/post-receive'), 'utf8');
    const elsewhere = script.replace('/proc/sys/kernel/random/uuid', '/nonexistent');
    expect(elsewhere).not.toBe(script);
    writeFileSync(join(pushing.bare, 'hooks/post-receive'), elsewhere);
    for (let i = 0; i < 20; i += 1) await pushing.hook(line);
    const ids = pushing.spooled().map((message) => parsePushMessage(message).id);
    expect(new Set(ids.map((id) => id.slice(9))).size).toBe(20);
  });
});

test('ids never repeat, sort by time and use all of their digits', async () => {
  const pushing = await Pushing.start();
  mkdirSync(join(pushing.root, 'spool'));
  const inOrder: string[] = [];
  for (let i = 0; i < 60; i += 1) {
    await pushing.hook(line);
    const known = new Set(inOrder);
    inOrder.push(...pushing.spoolNames().filter((name) => !known.has(name)));
  }
  expect(inOrder).toHaveLength(60);
  expect(inOrder).toEqual(inOrder.toSorted());
  const tails = inOrder.map((name) => name.slice(9, 20));
  for (let place = 0; place < 11; place += 1) {
    // 60 draws of 32 digits: fewer than 12 different ones at a place means that its bits are not random.
    expect(new Set(tails.map((tail) => tail[place])).size).toBeGreaterThan(12);
  }
});

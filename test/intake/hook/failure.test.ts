import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePushMessage } from '../../../src/intake/push-message.js';
import { scratchFolder } from '../../forge/scratch.js';
import { startPushServer } from './push-server.js';
import { fakeCommand, type Printed, Pushing, path, remoteLines, run, which, withoutCurl } from './pushing.js';
import { standInForQuire } from './stand-in-for-quire.js';

const line = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;

type Answer = Parameters<typeof startPushServer>[1];

const status =
  (code: number, type: string, body: string): Answer =>
  (_message, response) =>
    response.writeHead(code, { 'content-type': type }).end(body);

const json = (code: number, message: string) =>
  status(code, 'application/json', JSON.stringify({ code: 'some-code', message }));

/** Every way in which a server may treat a push, and what the pusher then reads. */
const treatments: [name: string, answer: Answer | null, stdout: string, stderr: string][] = [
  ['takes it', status(200, 'text/plain', 'quire: one\nquire: two\n'), 'quire: one\nquire: two\n', ''],
  ['takes it, without a last newline', status(200, 'text/plain', 'quire: one'), 'quire: one\n', ''],
  ['takes it and says nothing', status(200, 'text/plain', ''), '', ''],
  ['takes it with another good status', status(202, 'text/plain', '% \\n $x "q"\n'), '% \\n $x "q"\n', ''],
  [
    'is not there',
    null,
    '',
    'quire: the server is not running; this push is kept and will be run when it starts\n',
  ],
  [
    'hangs',
    () => undefined,
    '',
    'quire: the server did not answer within 1 s; this push is kept and will be run as soon as the server can\n',
  ],
  [
    'breaks the connection off',
    (_message, response) => response.destroy(),
    '',
    'quire: the server is not running; this push is kept and will be run when it starts\n',
  ],
  [
    'fails',
    json(503, 'no'),
    '',
    'quire: the server failed with status 503; this push is kept and will be run as soon as the server can\n',
  ],
  [
    'refuses it as JSON',
    json(422, 'ref "refs/x" \\ "\\"\n\u0001%s is named twice'),
    '',
    'quire: the server refused this push: ref "refs/x" \\ "\\"  %s is named twice\n',
  ],
  [
    'refuses it in words',
    status(404, 'text/plain', 'there is no such repository\n'),
    '',
    'quire: the server refused this push: there is no such repository\n',
  ],
];

describe.each(treatments)('a server that %s', (_name, answer, stdout, stderr) => {
  test.each(['curl', 'node'])('told by %s', async (client) => {
    const pushing = await Pushing.start({ timeoutMs: 1000, quireBin: standInForQuire() });
    if (answer) await startPushServer(pushing.root, answer);
    const printed = await pushing.hook(line, client === 'node' ? { PATH: withoutCurl() } : {});
    expect(printed).toEqual({ stdout, stderr, exitCode: 0 });
    expect(pushing.spooled()).toHaveLength(1);
    expect(parsePushMessage(pushing.spooled()[0]!).refs).toHaveLength(1);
  });
});

describe('when the server was killed and its socket is left over', () => {
  test.each(['curl', 'node'])('told by %s: the push is kept', async (client) => {
    const pushing = await Pushing.start({ quireBin: standInForQuire() });
    await leaveSocket(join(pushing.root, 'server.sock'));
    const { stderr } = await pushing.hook(line, client === 'node' ? { PATH: withoutCurl() } : {});
    expect(stderr).toBe(
      'quire: the server is not running; this push is kept and will be run when it starts\n',
    );
    expect(pushing.spooled()).toHaveLength(1);
  });
});

describe('git push', () => {
  test('succeeds with one warning while the server is away', async () => {
    const pushing = await Pushing.start();
    const printed = await pushing.push(['main']);
    expect(printed.exitCode).toBe(0);
    expect(remoteLines(printed)).toEqual([
      'quire: the server is not running; this push is kept and will be run when it starts',
    ]);
    expect(pushing.spoolNames()).toEqual([expect.stringMatching(/^[0-9a-z]{20}\.json$/)]);
  });

  test('succeeds when the server hangs', async () => {
    const pushing = await Pushing.start({ timeoutMs: 1000 });
    await startPushServer(pushing.root, () => undefined);
    const printed = await pushing.push(['main']);
    expect(printed.exitCode).toBe(0);
    expect(remoteLines(printed)[0]).toMatch(
      /^quire: the server did not answer within 1 s; this push is kept/,
    );
  });

  test('is reported through node where there is no curl', async () => {
    const pushing = await Pushing.start({ quireBin: standInForQuire() });
    const received = await startPushServer(pushing.root);
    const printed = await pushing.push(['main:refs/heads/"ü"'], { PATH: withoutCurl() });
    expect(printed.exitCode).toBe(0);
    expect(remoteLines(printed)).toEqual([
      'quire: run 1 queued for refs/heads/"ü" http://127.0.0.1:3000/runs/1',
    ]);
    expect(pushing.spooled()).toEqual([received[0]!.body]);
  });
});

describe('a spool that cannot be written', () => {
  /** A file where the folder should be stops every user, root included. */
  const blocked = async () => {
    const pushing = await Pushing.start({ quireBin: standInForQuire() });
    writeFileSync(join(pushing.root, 'spool'), '');
    return pushing;
  };

  test.each(['curl', 'node'])('does not keep a running server from the push (told by %s)', async (client) => {
    const pushing = await blocked();
    const received = await startPushServer(pushing.root);
    const printed = await pushing.hook(line, client === 'node' ? { PATH: withoutCurl() } : {});
    expect(printed).toMatchObject({
      stdout: expect.stringMatching(/^quire: run 1 queued/),
      stderr: '',
      exitCode: 0,
    });
    expect(parsePushMessage(received[0]!.body).refs).toHaveLength(1);
  });

  test.each(['curl', 'node'])(
    'is told with what it means when the server is away (told by %s)',
    async (client) => {
      const pushing = await blocked();
      await leaveSocket(join(pushing.root, 'server.sock'));
      const printed = await pushing.hook(line, client === 'node' ? { PATH: withoutCurl() } : {});
      expect(printed).toEqual({
        stdout: '',
        stderr: `quire: the server is not running; this push could not be kept in ${pushing.root}/spool; the server finds it when it next starts and compares refs\n`,
        exitCode: 0,
      });
    },
  );

  test('because the disk refuses: no half of a message stays', async () => {
    const pushing = await Pushing.start();
    const printed = await pushing.hook(line, {
      PATH: path(fakeCommand('sync', 'exit 1'), fakeCommand('dd', 'exit 1')),
    });
    expect(printed.stderr).toMatch(/could not be kept in/);
    expect(pushing.spoolNames()).toEqual([]);
  });
});

describe('a hook that cannot do its work', () => {
  test('because the data root is gone says so', async () => {
    const pushing = await Pushing.start();
    const away = join(scratchFolder(), 'away');
    renameSync(pushing.root, away);
    const printed = await run(join(away, 'repos/group/app.git/hooks/post-receive'), [], {
      env: { PATH: process.env.PATH },
      input: line,
    });
    expect(printed).toEqual({
      stdout: '',
      stderr: `quire: ${pushing.root} cannot be entered, so no server was told of this push; set the repository up again where the data root is now\n`,
      exitCode: 0,
    });
    expect(existsSync(pushing.root)).toBe(false);
  });

  test.each([
    ['node is not there', { node: '/nonexistent/node' }],
    ['quire is not there', { quireBin: '/nonexistent/quire.js' }],
  ])('because there is no curl and %s keeps the push', async (_name, settings) => {
    const pushing = await Pushing.start(settings);
    await startPushServer(pushing.root);
    const printed = await pushing.hook(line, { PATH: withoutCurl() });
    expect(printed.exitCode).toBe(0);
    expect(lastLine(printed)).toBe(
      'quire: neither curl nor node could be run to tell the server; this push is kept and will be run as soon as the server can',
    );
    expect(pushing.spooled()).toHaveLength(1);
  });

  test.each([
    ['knows no --unix-socket', 'echo "curl: option --unix-socket: is unknown" >&2; exit 2'],
    ['was built without Unix sockets', 'cat >/dev/null; exit 4'],
  ])('with a curl that %s uses node', async (_name, script) => {
    const pushing = await Pushing.start({ quireBin: standInForQuire() });
    const received = await startPushServer(pushing.root);
    const printed = await pushing.hook(line, { PATH: path(fakeCommand('curl', script)) });
    expect(printed).toMatchObject({
      stdout: expect.stringMatching(/^quire: run 1 queued/),
      stderr: '',
      exitCode: 0,
    });
    expect(received).toHaveLength(1);
  });

  test('because the socket is not for this user says so, and never claims that the server is away', async () => {
    const pushing = await Pushing.start();
    await startPushServer(pushing.root);
    const socket = join(pushing.root, 'server.sock');
    chmodSync(socket, 0o600);
    mkdirSync(join(pushing.root, 'spool'), { mode: 0o777 });
    for (const folder of [pushing.root, join(pushing.root, 'spool')]) chmodSync(folder, 0o777);
    const printed = await asAnotherUser(pushing);
    expect(printed).toEqual({
      stdout: '',
      stderr: `quire: you may not write to ${socket}, so the server was not told; this push is kept and will be run as soon as the server can\n`,
      exitCode: 0,
    });
  });
});

const lastLine = ({ stderr }: Printed): string => stderr.trimEnd().split('\n').at(-1)!;

/** A socket that nobody listens to, as a killed server leaves it. */
async function leaveSocket(socket: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await run(process.execPath, ['-e', script], {});
  expect(existsSync(socket)).toBe(true);
}

/** Root may write everywhere, so it becomes nobody; any other user takes the socket's permission from itself. */
function asAnotherUser(pushing: Pushing): Promise<Printed> {
  const hook = join(pushing.bare, 'hooks/post-receive');
  const env = { PATH: process.env.PATH, LOGNAME: 'nobody' };
  if (process.getuid?.() !== 0) {
    chmodSync(join(pushing.root, 'server.sock'), 0o000);
    return run(hook, [], { env, input: line });
  }
  return run(which('setpriv'), ['--reuid=65534', '--regid=65534', '--clear-groups', hook], {
    env,
    input: line,
  });
}

test('nothing is left over by a push that went well but the message, which is the server’s to remove', async () => {
  const pushing = await Pushing.start();
  await startPushServer(pushing.root, ({ id }, response) => {
    rmSync(join(pushing.root, 'spool', `${id}.json`));
    response.end('quire: ok\n');
  });
  const printed = await pushing.push(['main']);
  expect(remoteLines(printed)).toEqual(['quire: ok']);
  expect(pushing.spoolNames()).toEqual([]);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config/index.js';
import { scratchFolder } from '../forge/scratch.js';

const defaults = {
  listen: { host: '127.0.0.1', port: 3000 },
  url: 'http://127.0.0.1:3000',
  maxConcurrentRuns: 1,
  runTimeoutMs: 3_600_000,
  gracePeriodMs: 30_000,
  killGraceMs: 5_000,
  serverAwayMs: 86_400_000,
  limits: {
    luaCpuMs: 5_000,
    luaMemoryBytes: 536_870_912,
    captureBytes: 1_048_576,
    logBytes: 1_073_741_824,
    logLineBytes: 65_536,
    maxEvents: 100_000,
    messageBytes: 33_554_432,
  },
  env: {},
  path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  secrets: new Map(),
  logLevel: 'info',
  auth: null,
  launcher: 'host',
};

/** Loads a root that holds this text as its config.fnl. */
async function load(source: string | Buffer, root = scratchFolder()) {
  writeFileSync(join(root, 'config.fnl'), source);
  return await loadConfig(root);
}

/** The message of the ConfigError that this text gives, with the file's folder left out. */
async function refusal(source: string | Buffer): Promise<string> {
  const root = scratchFolder();
  const error = await load(source, root).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message.replaceAll(`${root}/`, '');
}

const warnings = async (source: string) =>
  (await load(source)).warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`);

describe('a configuration', () => {
  test('that is not there, is empty or holds only comments is all defaults', async () => {
    expect(await loadConfig(scratchFolder())).toEqual({ config: defaults, warnings: [] });
    for (const source of ['', ';; nothing yet\n', '{}', '{:limits {} :env {} :secrets {}}'])
      expect(await load(source)).toEqual({ config: defaults, warnings: [] });
  });

  test('may set every key', async () => {
    const root = scratchFolder();
    const source = `;; ours
{:listen "[::1]:8080"
 :url "https://ci.example.org/quire/"
 :max-concurrent-runs 4
 :run-timeout 1.5
 :grace-period 0
 :kill-grace 0.25
 :server-away 60
 :limits {:lua-cpu 10 :lua-memory 0x10000000 :capture 1 :log 2048 :log-line 80 :events 1_000 :message 1024}
 :env {:LANG "C.UTF-8" :GREETING "grüß\\n“dich”" :EMPTY ""}
 :path "/opt/bin:/bin"
 :secrets {:token {:value "s3cr3t"}
           :key {:file "/etc/key" :repos ["app" "tools/*"] :refs ["refs/heads/main" "refs/tags/v*"]}
           :beside {:file "secrets/beside"}}
 :log-level :debug
 :auth {:header "Remote-User" :trust ["127.0.0.1" "::1" "unix"]}
 :launcher "bwrap"}`;
    const { config, warnings } = await load(source, root);
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      listen: { host: '::1', port: 8080 },
      url: 'https://ci.example.org/quire',
      maxConcurrentRuns: 4,
      runTimeoutMs: 1500,
      gracePeriodMs: 0,
      killGraceMs: 250,
      serverAwayMs: 60_000,
      limits: {
        luaCpuMs: 10_000,
        luaMemoryBytes: 268_435_456,
        captureBytes: 1,
        logBytes: 2048,
        logLineBytes: 80,
        maxEvents: 1000,
        messageBytes: 1024,
      },
      env: { LANG: 'C.UTF-8', GREETING: 'grüß\n“dich”', EMPTY: '' },
      path: '/opt/bin:/bin',
      secrets: new Map([
        ['token', { source: { value: 's3cr3t' }, repos: null, refs: null }],
        [
          'key',
          {
            source: { file: '/etc/key' },
            repos: ['app', 'tools/*'],
            refs: ['refs/heads/main', 'refs/tags/v*'],
          },
        ],
        ['beside', { source: { file: join(root, 'secrets/beside') }, repos: null, refs: null }],
      ]),
      logLevel: 'debug',
      auth: { header: 'Remote-User', trust: ['127.0.0.1', '::1', 'unix'] },
      launcher: 'bwrap',
    });
  });

  test.each([
    ['0.0.0.0:80', 'http://localhost:80'],
    ['[::]:3000', 'http://localhost:3000'],
    ['[::1]:3000', 'http://[::1]:3000'],
    ['build.example.org:3000', 'http://build.example.org:3000'],
  ])('that listens on %s is reached at %s', async (listen, url) => {
    expect((await load(`{:listen "${listen}"}`)).config.url).toBe(url);
  });

  test('whose key is nil leaves it at its default', async () => {
    expect((await load('{:url nil :max-concurrent-runs nil}')).config).toEqual(defaults);
  });

  test('treats no secret name as a property of objects', async () => {
    const { config } = await load('{:secrets {:constructor {:value "x"}}}');
    expect([...config.secrets.keys()]).toEqual(['constructor']);
    expect(config.secrets.get('toString')).toBeUndefined();
  });

  test('that is there and cannot be read is an error', async () => {
    const root = scratchFolder();
    mkdirSync(join(root, 'config.fnl'));
    await expect(loadConfig(root)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('a wrong value', () => {
  const port = 'an address and a port such as "127.0.0.1:3000" or "[::1]:3000"';
  const s = (min: string) => `a number of seconds ${min} to 2000000`;
  test.each([
    [
      '{:max-concurrent-runs "two"}',
      ':max-concurrent-runs: expected a whole number of runs, at least 1, found the string "two"',
    ],
    [
      '{:max-concurrent-runs 0}',
      ':max-concurrent-runs: expected a whole number of runs, at least 1, found the number 0',
    ],
    [
      '{:max-concurrent-runs 1.5}',
      ':max-concurrent-runs: expected a whole number of runs, at least 1, found the number 1.5',
    ],
    [
      '{:max-concurrent-runs true}',
      ':max-concurrent-runs: expected a whole number of runs, at least 1, found true',
    ],
    ['{:run-timeout 0}', `:run-timeout: expected ${s('above 0')}, found the number 0`],
    ['{:run-timeout -1}', `:run-timeout: expected ${s('above 0')}, found the number -1`],
    ['{:run-timeout .inf}', `:run-timeout: expected ${s('above 0')}, found the number Infinity`],
    ['{:run-timeout 1e9}', `:run-timeout: expected ${s('above 0')}, found the number 1000000000`],
    ['{:kill-grace [1]}', `:kill-grace: expected ${s('from 0')}, found a list`],
    ['{:listen "3000"}', `:listen: expected ${port}, found the string "3000"`],
    ['{:listen "h:99999"}', `:listen: expected ${port}, found the string "h:99999"`],
    ['{:listen "[zz]:1"}', `:listen: expected ${port}, found the string "[zz]:1"`],
    ['{:listen 3000}', `:listen: expected ${port}, found the number 3000`],
    [
      '{:url "ftp://x"}',
      ':url: expected an http or https address such as "https://ci.example.org", found the string "ftp://x"',
    ],
    ['{:limits []}', ':limits: expected a table of limits, found an empty list'],
    ['{:limits {:lua-cpu "5"}}', `:limits :lua-cpu: expected ${s('above 0')}, found the string "5"`],
    ['{:env {:A 1}}', ':env :A: expected a string, found the number 1'],
    ['{:env {:A "x\\0y"}}', ':env :A: expected a string without NUL, found the string "x\\u0000y"'],
    [
      '{:env {"A B" "1"}}',
      ':env "A B": expected the name of an environment variable (letters, digits and _), found the name "A B"',
    ],
    ['{:env []}', ':env: expected a table of strings, found an empty list'],
    [
      '{:log-level "loud"}',
      ':log-level: expected one of "trace" "debug" "info" "warn" "error" "fatal" "silent", found the string "loud"',
    ],
    [
      '{:launcher "Host"}',
      ':launcher: expected the name of a launcher such as "host", found the string "Host"',
    ],
    [
      '{:auth {:header "Remote-User"}}',
      ':auth :trust: expected a list of IP addresses and "unix", found nothing',
    ],
    [
      '{:auth {:header "a:b" :trust []}}',
      ':auth :header: expected the name of a request header, found the string "a:b"',
    ],
    [
      '{:auth {:header "a" :trust ["unix" "localhost"]}}',
      ':auth :trust 2: expected an IP address or "unix", found the string "localhost"',
    ],
    ['{:auth true}', ':auth: expected a table with :header and :trust, found true'],
    ['{:secrets {:t {}}}', ':secrets :t: expected a table with either :value or :file, found a table'],
    [
      '{:secrets {:t {:value "a" :file "b"}}}',
      ':secrets :t: expected a table with either :value or :file, found a table',
    ],
    [
      '{:secrets {:t {:value ""}}}',
      ':secrets :t :value: expected a string that is not empty, found a string',
    ],
    [
      '{:secrets {:t {:value "a" :refs ["main"]}}}',
      ':secrets :t :refs 1: expected a full ref name such as "refs/heads/main", or a pattern with *, found a string',
    ],
    [
      '{:secrets {:t {:value "a" :repos "app"}}}',
      ':secrets :t :repos: expected a list of repository names, found a string',
    ],
    [
      '{:secrets {"a/b" {:value "a"}}}',
      ':secrets :a/b: expected a name of 1 to 128 letters, digits and . _ -, found the name "a/b"',
    ],
    ['"x"', 'expected a table such as {:max-concurrent-runs 2}, found the string "x"'],
    ['[1]', 'expected a table such as {:max-concurrent-runs 2}, found a list'],
  ])('%s is refused by name, with what was expected and found', async (source, message) => {
    expect((await refusal(source)).replace(/^config\.fnl:1:\d+: /, '')).toBe(message);
  });

  test('is told with its place', async () => {
    const root = scratchFolder();
    const error = await load('{:listen "127.0.0.1:1"\n :limits\n   {:events "many"}}', root).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'invalid-config',
      problems: [
        {
          kind: 'value',
          file: join(root, 'config.fnl'),
          line: 3,
          column: 13,
          key: ':limits :events',
          expected: 'a whole number of events, at least 100',
          found: 'the string "many"',
        },
      ],
    });
  });

  test('is told together with all others, in the order of the file', async () => {
    const source = `{:run-timeout "long"
 :url home
 :env {:A 1 "B-" "x"}
 :secrets {:t {:file "a" :value "b" :refs 7}}
 :limits {:events (+ 1 2)}
 :run-timeout 7
 :unknown 1}`;
    expect(
      (await refusal(source)).split('\n').map((line) => line.replace(/expected .*, found/, '…')),
    ).toEqual([
      'config.fnl:1:15: :run-timeout: … the string "long"',
      'config.fnl:2:7: :url: … the symbol home (a string is written "…")',
      'config.fnl:3:11: :env :A: … the number 1',
      'config.fnl:3:13: :env :B-: … the name "B-"',
      'config.fnl:4:15: :secrets :t: … a table',
      'config.fnl:4:43: :secrets :t :refs: … a number',
      'config.fnl:5:19: :limits :events: … code in parentheses (a list is written with [ ])',
      'config.fnl:6:2: :run-timeout: … a second one (the first is on line 1)',
    ]);
  });

  test('of a secret is never quoted', async () => {
    for (const source of [
      '{:secrets {:t "s3cr3t"}}',
      '{:secrets {:t {:value 12345678}}}',
      '{:secrets "s3cr3t"}',
      '{:secrets {:t {:valeu "s3cr3t"}}}',
    ])
      expect(await refusal(source)).not.toMatch(/s3cr3t|12345678/);
  });

  test('that is very long is quoted in part', async () => {
    expect((await refusal(`{:listen "${'x'.repeat(100_000)}"}`)).length).toBeLessThan(400);
  });
});

describe('what is no data', () => {
  test.each([
    [
      '{:run-timeout (* 60 60)}',
      '1:15: :run-timeout: expected data (a table, a list, a string, a number, true or false), found code in parentheses (a list is written with [ ])',
    ],
    [
      '{:log-level info}',
      '1:13: :log-level: expected data (a table, a list, a string, a number, true or false), found the symbol info (a string is written "…")',
    ],
    [
      '{: listen}',
      '1:4: :listen: expected data (a table, a list, a string, a number, true or false), found the symbol listen (a string is written "…")',
    ],
    [
      '{:path ...}',
      '1:8: :path: expected data (a table, a list, a string, a number, true or false), found ...',
    ],
    ['{1 2}', '1:2: expected a string as key, found a number'],
    ['{[] 2}', '1:2: expected a string as key, found a sequence'],
    ['{:__proto__ {:url 1}}', '1:2: :__proto__: expected another name, found __proto__'],
    [
      '{:run-timeout 0x1p4}',
      '1:15: :run-timeout: expected a decimal or a whole hexadecimal number, found 0x1p4',
    ],
    ['{} {}', '1:4: expected one table, found a second form'],
  ])('%s is refused and never run', async (source, message) => {
    expect((await refusal(source)).split('\n')[0]).toBe(`config.fnl:${message}`);
  });

  test('a file that is no Fennel is an error with its place and a hint', async () => {
    const root = scratchFolder();
    const error = await load('{:listen "127.0.0.1:1"\n :url ]', root).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.problems[0]).toMatchObject({
      kind: 'syntax',
      file: join(root, 'config.fnl'),
      line: 2,
      column: 7,
      message: expect.stringContaining('mismatched closing delimiter ]'),
      hint: expect.any(String),
    });
    expect(error.message).toMatch(/config\.fnl:2:7: mismatched closing delimiter/);
  });

  test('bytes that are no text are refused like any other value', async () => {
    expect(await refusal(Buffer.from('{:listen "\xff\xfe"}', 'latin1'))).toMatch(
      /:listen: expected .* found the string "\ufffd/,
    );
  });
});

describe('an unknown key', () => {
  test('is a warning with its place and the nearest known key', async () => {
    const source =
      '{:listen "127.0.0.1:1"\n :max-concurent-runs 2\n :limits {:log-lines 100}\n :auth {:header "a" :trusted [] :trust []}}';
    expect(await warnings(source)).toEqual([
      '2:2: unknown key :max-concurent-runs is ignored; did you mean :max-concurrent-runs?',
      '3:11: unknown key :limits :log-lines is ignored; did you mean :log-line?',
      '4:21: unknown key :auth :trusted is ignored; did you mean :trust?',
    ]);
  });

  test('is found inside a secret, and swapped letters are near', async () => {
    expect(await warnings('{:secrets {:t {:value "a" :rfes ["x"]}}}')).toEqual([
      '1:27: unknown key :secrets :t :rfes is ignored; did you mean :refs?',
    ]);
  });

  test('near to none is answered with those there are', async () => {
    expect(await warnings('{:auth {:header "a" :trust [] :colour 1}}')).toEqual([
      '1:31: unknown key :auth :colour is ignored; known here: :header :trust',
    ]);
  });

  test('changes nothing else', async () => {
    expect((await load('{:colour "red" :max-concurrent-runs 2}')).config).toEqual({
      ...defaults,
      maxConcurrentRuns: 2,
    });
  });
});

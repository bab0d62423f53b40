import { isIP } from 'node:net';
import { z } from 'zod';
import { logLevels } from './config.js';

/*
 * The keys of <root>/config.fnl as they are written there. A description begins with the unit, where there is one;
 * the error of each is the phrase that follows "expected".
 */

const longestSeconds = 2_000_000; // What a timer can hold, about 23 days.

const whole = (of: string, min: number) => {
  const error = `a whole number of ${of}, at least ${min}`;
  return z.int(error).min(min, error);
};

const seconds = (min: 'above 0' | 'from 0') => {
  const error = `a number of seconds ${min} to ${longestSeconds}`;
  const number = z.number(error).max(longestSeconds, error);
  return min === 'from 0' ? number.min(0, error) : number.positive(error);
};

const text = (expected: string, accepts: (value: string) => boolean) =>
  z.string(expected).refine(accepts, expected);

const matching = (expected: string, pattern: RegExp) => text(expected, (value) => pattern.test(value));

/** Without NUL, which neither an environment nor a path can hold. */
const plain = (expected: string) => matching(expected, /^[^\0]+$/);

const address = text(
  'an address and a port such as "127.0.0.1:3000" or "[::1]:3000"',
  (value) => parseAddress(value) !== null,
);

const publicUrl = text('an http or https address such as "https://ci.example.org"', (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
});

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable (letters, digits and _)');

const secretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'a name of 1 to 128 letters, digits and . _ -');

const secret = z
  .strictObject(
    {
      value: plain('a string that is not empty').optional(),
      file: plain('the path of a file').optional(),
      repos: z
        .array(
          matching('a repository name, or a pattern with *', /^[A-Za-z0-9._*/-]+$/),
          'a list of repository names',
        )
        .optional(),
      refs: z
        .array(
          matching(
            'a full ref name such as "refs/heads/main", or a pattern with *',
            /^(refs\/[^\0-\x20\x7f]+|\*)$/,
          ),
          'a list of full ref names',
        )
        .optional(),
    },
    'a table with :value or :file',
  )
  .refine((secret) => (secret.value === undefined) !== (secret.file === undefined), {
    error: 'a table with either :value or :file',
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  });

const limits = z.strictObject(
  {
    'lua-cpu': seconds('above 0')
      .default(5)
      .describe('Seconds of CPU for Lua code at top level, and for a run-fn between two calls of the host.'),
    'lua-memory': whole('bytes', 16 * 1024 * 1024)
      .default(512 * 1024 * 1024)
      .describe('Bytes that the process of a run may grow to while Lua code runs.'),
    capture: whole('bytes', 1)
      .default(1_048_576)
      .describe('Bytes of the output of one command, and of one file read, that a pipeline can see.'),
    log: whole('bytes', 1024).default(1_073_741_824).describe('Bytes of the log of one command.'),
    'log-line': whole('bytes', 80)
      .default(65_536)
      .describe('Bytes of one log line; a longer one is kept in pieces.'),
    events: whole('events', 100).default(100_000).describe('Events of one run.'),
    message: whole('bytes', 1024)
      .default(33_554_432)
      .describe('Bytes of the message of one push: about 180 for each of its refs.'),
  },
  'a table of limits',
);

const auth = z.strictObject(
  {
    header: matching('the name of a request header', /^[A-Za-z0-9-]+$/),
    trust: z.array(
      text('an IP address or "unix"', (value) => value === 'unix' || isIP(value) !== 0),
      'a list of IP addresses and "unix"',
    ),
  },
  'a table with :header and :trust',
);

export const configSchema = z.strictObject(
  {
    listen: address.default('127.0.0.1:3000').describe('Where the web pages and the API listen.'),
    url: publicUrl
      .optional()
      .describe('The public address of the web pages, used in messages; made from :listen when left out.'),
    'max-concurrent-runs': whole('runs', 1).default(1).describe('Runs that may be active at a time.'),
    'run-timeout': seconds('above 0').default(3600).describe('Seconds that a run may take.'),
    'grace-period': seconds('from 0')
      .default(30)
      .describe('Seconds that the process of a run may stay silent after a restart of the server.'),
    'kill-grace': seconds('from 0').default(5).describe('Seconds between SIGTERM and SIGKILL.'),
    'server-away': seconds('above 0')
      .default(86_400)
      .describe('Seconds for which the process of a run tries to reach a server that is away.'),
    limits: limits.prefault({}).describe('What one run or one message may use.'),
    env: z
      .record(
        variableName,
        z.string('a string').regex(/^[^\0]*$/, 'a string without NUL'),
        'a table of strings',
      )
      .default({})
      .describe('Environment of commands, beside what quire itself sets.'),
    path: plain('a list of folders such as "/usr/local/bin:/usr/bin:/bin"')
      .default('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
      .describe('PATH of commands.'),
    secrets: z
      .record(secretName, secret, 'a table of secrets')
      .default({})
      .describe('Secrets by name: :value, or :file read at each use; :repos and :refs narrow who gets it.'),
    'log-level': z
      .enum(logLevels, `one of ${logLevels.map((level) => `"${level}"`).join(' ')}`)
      .default('info')
      .describe('The least important lines the server logs.'),
    auth: auth.optional().describe('The header that names the user, and the peers whose header is believed.'),
    launcher: matching('the name of a launcher such as "host"', /^[a-z][a-z0-9-]*$/)
      .default('host')
      .describe('How the process of a run is started.'),
  },
  'a table such as {:max-concurrent-runs 2}',
);

export type ConfigFile = z.output<typeof configSchema>;

/** Host and port of `host:port` or `[IPv6]:port`; null when it is neither. */
export function parseAddress(value: string): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(value);
  const [, ipv6, name, port] = match ?? [];
  if (match === null || Number(port) > 65_535 || (ipv6 !== undefined && isIP(ipv6) !== 6)) return null;
  return { host: (ipv6 ?? name)!, port: Number(port) };
}

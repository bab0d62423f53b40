import { type HostContext, type LuaTable, type LuaValue, toBytes, toText } from '../../lua/index.js';
import { describe, nearest } from '../../pipeline/index.js';
import type { ShRequest } from '../job/run-sh.js';
import type { RunContext } from '../run/run-context.js';
import { textArgument } from './text-argument.js';

/** A longer command does not fit an event; a script file does not have to. */
const maxCommandBytes = 256 * 1024;

/** What a timer can hold, about 24 days. */
const maxTimeoutSeconds = 2_000_000;

/** Reads the arguments of `(sh cmd opts?)`. Rejects with an error that names the argument, what it is and should be. */
export const readShArguments = async (
  run: RunContext,
  [cmd, opts, ...rest]: readonly LuaValue[],
  context: HostContext,
): Promise<ShRequest> => {
  const location = context.where() ?? null;
  if (rest.length > 0)
    throw new Error('sh takes a command and a table of options; give several words as a list');
  const options = readOptions(opts);
  return {
    cmd: readCommand(cmd, context),
    location,
    ...(await readFolder(run, options.get('cwd'))),
    env: readEnvironment(options.get('env'), context),
    stdin: readInput(options.get('stdin')),
    timeoutMs: readTimeout(options.get('timeout')),
    captureBytes: readCapture(options.get('capture'), run.bootstrap.limits.captureBytes, context),
    allowFailure: readFlag(options.get('allow-failure')),
  };
};

const readCommand = (cmd: LuaValue, context: HostContext): string | string[] => {
  const command = isTable(cmd) ? readList(cmd, context) : textArgument(cmd, 'sh: the command');
  if (command.length === 0 || command[0] === '') throw new Error('sh: the command is empty');
  const bytes = Buffer.byteLength(JSON.stringify(command));
  if (bytes <= maxCommandBytes) return command;
  throw new Error(
    `sh: the command has ${bytes} bytes, ${maxCommandBytes} are allowed; put it in a script, or its data in :stdin`,
  );
};

const readList = (list: LuaTable, context: HostContext): string[] => {
  const words: string[] = [];
  for (const [key, word] of list.entries()) {
    if (key !== words.length + 1) {
      throw new Error(
        `sh: a command's list of arguments has the key ${describe(key)} in it, or a nil before it`,
      );
    }
    const text = typeof word === 'number' ? context.vm.tostring(word) : word;
    words.push(textArgument(text, `sh: argument ${words.length + 1} of the command`));
  }
  return words;
};

const optionNames = ['env', 'cwd', 'timeout', 'stdin', 'allow-failure', 'capture'];

const readOptions = (opts: LuaValue): Map<string, LuaValue> => {
  if (opts === undefined) return new Map();
  if (!isTable(opts)) throw new Error(`sh: the options must be a table, found ${describe(opts)}`);
  return new Map(
    [...opts.entries()].map(([key, value]) => {
      const name = typeof key === 'string' ? toText(key) : describe(key);
      if (optionNames.includes(name)) return [name, value];
      const meant = nearest(name, optionNames);
      const hint =
        meant === undefined
          ? `options are ${optionNames.map((one) => `:${one}`).join(' ')}`
          : `did you mean :${meant}?`;
      throw new Error(`sh: unknown option :${name}; ${hint}`);
    }),
  );
};

const readFolder = async (
  { world }: RunContext,
  cwd: LuaValue,
): Promise<Pick<ShRequest, 'cwd' | 'shownCwd'>> => {
  if (cwd === undefined) return { cwd: world.workspace, shownCwd: '.' };
  const asked = textArgument(cwd, 'sh: option :cwd');
  const found = await world.findFolder(asked);
  if (found === undefined) {
    throw new Error(`sh: option :cwd names ${JSON.stringify(asked)}, which is no folder of the workspace`);
  }
  return { cwd: found.real, shownCwd: found.shown };
};

const readEnvironment = (env: LuaValue, context: HostContext): Record<string, string> => {
  if (env === undefined) return {};
  if (!isTable(env)) throw new Error(`sh: option :env must be a table, found ${describe(env)}`);
  const variables = [...env.entries()].map(([key, value]): [string, string] => {
    const name = textArgument(key, 'sh: the name of a variable in :env');
    if (name === '' || name.includes('='))
      throw new Error(`sh: :env has a bad variable name ${JSON.stringify(name)}`);
    const text = typeof value === 'number' ? context.vm.tostring(value) : value;
    return [name, textArgument(text, `sh: variable ${name} in :env`)];
  });
  return Object.fromEntries(variables);
};

const readInput = (stdin: LuaValue): Buffer | undefined => {
  if (stdin === undefined) return undefined;
  if (typeof stdin === 'string') return Buffer.from(toBytes(stdin));
  throw new Error(`sh: option :stdin must be a string, found ${describe(stdin)}`);
};

const readTimeout = (timeout: LuaValue): number | null => {
  if (timeout === undefined) return null;
  if (typeof timeout === 'number' && timeout > 0 && timeout <= maxTimeoutSeconds) {
    return Math.max(1, Math.round(timeout * 1000));
  }
  throw new Error(
    `sh: option :timeout must be seconds, more than 0 and at most ${maxTimeoutSeconds}, found ${describe(timeout)}`,
  );
};

const readCapture = (capture: LuaValue, usual: number, { vm }: HostContext): number => {
  if (capture === undefined) return usual;
  const most = vm.limits.stringBytes;
  if (Number.isInteger(capture) && Number(capture) >= 0 && Number(capture) <= most) return Number(capture);
  throw new Error(`sh: option :capture must be bytes, from 0 to ${most}, found ${describe(capture)}`);
};

const readFlag = (value: LuaValue): boolean => {
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new Error(`sh: option :allow-failure must be true or false, found ${describe(value)}`);
};

const isTable = (value: LuaValue): value is LuaTable => typeof value === 'object' && value.kind === 'table';

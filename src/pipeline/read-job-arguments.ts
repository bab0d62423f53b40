import { isUtf8, type LuaTable, type LuaValue, toText } from '../lua/index.js';
import { describe } from './describe.js';
import type { Finding } from './finding.js';
import { defaultOptions, type JobOptions, type PipelineJob } from './job.js';
import { nearest } from './nearest.js';

interface Place {
  readonly file: string;
  readonly line: number;
}

/** How to write a registration; the hint of every wrong one. */
const form = 'write (ci.job :id [:quire/push] (fn [{: sh}] …)), with options in a table before the function';

/** The longest time limit: what a timer can hold, about 24 days. */
const maxTimeoutSeconds = 2_000_000;

const maxRetries = 100;

/** The job that the arguments of a `(ci.job …)` describe, when they do, and everything wrong with them. */
export const readJobArguments = (
  args: readonly LuaValue[],
  place: Place,
): { job: Omit<PipelineJob, 'pipelineLine'> | undefined; findings: Finding[] } => {
  const findings: Finding[] = [];
  const report = (message: string, near?: string) =>
    findings.push({ ...place, code: 'bad-arguments', message, hint: form, near });
  const [id, inputs, third, fourth] = args;
  const withOptions = args.length > 3 || isTable(third);
  const runFn = withOptions ? fourth : third;

  const name = typeof id === 'string' && isUtf8(id) ? toText(id) : undefined;
  const called = name === undefined ? 'ci.job' : `job :${name}`;
  if (name === undefined) report(`ci.job expects an id as its first argument, found ${describe(id)}`);
  const inputIds = readInputs(inputs);
  if (inputIds === undefined)
    report(`${called}: expected a list of inputs, found ${describeInputs(inputs)}`, name);
  if (withOptions && !isTable(third))
    report(`${called}: expected a table of options, found ${describe(third)}`, name);
  if (!isFunction(runFn)) report(`${called}: expected a function to run, found ${describe(runFn)}`, name);
  if (args.length > 4) report(`${called}: expected at most 4 arguments, found ${args.length}`, name);
  const options =
    withOptions && isTable(third) ? readOptions(third, called, place, findings) : defaultOptions;

  if (name === undefined || inputIds === undefined || !isFunction(runFn)) return { job: undefined, findings };
  return { job: { id: name, inputs: inputIds, options, ...place, runFn }, findings };
};

const readInputs = (value: LuaValue): string[] | undefined => {
  if (!isTable(value)) return undefined;
  const inputs = new Set<string>();
  let expected = 1;
  for (const [key, input] of value.entries()) {
    if (key !== expected || typeof input !== 'string' || !isUtf8(input)) return undefined;
    inputs.add(toText(input));
    expected += 1;
  }
  return [...inputs];
};

const describeInputs = (value: LuaValue): string => {
  if (!isTable(value)) return describe(value);
  for (const [key, input] of value.entries()) {
    if (typeof key !== 'number') return `a table with the key ${describe(key)}`;
    if (typeof input !== 'string' || !isUtf8(input)) return `a list with ${describe(input)} in it`;
  }
  return 'a list with a gap in it';
};

/** The Fennel name of each option, how its value is read, and what is expected of it. */
const optionReaders: Record<
  string,
  { expected: string; read: (value: LuaValue) => Partial<JobOptions> | undefined }
> = {
  'allow-failure': { expected: 'true or false', read: flag('allowFailure') },
  always: { expected: 'true or false', read: flag('always') },
  uninterruptible: { expected: 'true or false', read: flag('uninterruptible') },
  timeout: {
    expected: `seconds, more than 0 and at most ${maxTimeoutSeconds}`,
    read: (value) =>
      typeof value === 'number' && value > 0 && value <= maxTimeoutSeconds
        ? { timeoutMs: Math.max(1, Math.round(value * 1000)) }
        : undefined,
  },
  retry: {
    expected: `a whole number from 0 to ${maxRetries}`,
    read: (value) =>
      Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxRetries
        ? { retry: Number(value) }
        : undefined,
  },
};

function flag(option: 'allowFailure' | 'always' | 'uninterruptible') {
  return (value: LuaValue) => (typeof value === 'boolean' ? { [option]: value } : undefined);
}

const readOptions = (table: LuaTable, called: string, place: Place, findings: Finding[]): JobOptions => {
  let options = defaultOptions;
  for (const [key, value] of table.entries()) {
    const name = typeof key === 'string' ? toText(key) : undefined;
    const option = name !== undefined && Object.hasOwn(optionReaders, name) ? optionReaders[name] : undefined;
    if (option === undefined) {
      findings.push(unknownOption(name ?? describe(key), called, place));
      continue;
    }
    const read = option.read(value);
    if (read === undefined) {
      const message = `${called}: option :${name} expects ${option.expected}, found ${describe(value)}`;
      findings.push({ ...place, code: 'bad-option', message, near: name });
    }
    options = { ...options, ...read };
  }
  return options;
};

const unknownOption = (name: string, called: string, place: Place): Finding => {
  const known = Object.keys(optionReaders);
  const meant = nearest(name, known);
  return {
    ...place,
    code: 'unknown-option',
    message: `${called} has the unknown option :${name}`,
    hint:
      meant === undefined
        ? `options are ${known.map((option) => `:${option}`).join(' ')}`
        : `did you mean :${meant}?`,
    near: name,
  };
};

const isTable = (value: LuaValue): value is LuaTable => typeof value === 'object' && value.kind === 'table';

const isFunction = (value: LuaValue): value is PipelineJob['runFn'] =>
  typeof value === 'object' && value.kind === 'function';

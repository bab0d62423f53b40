import type { z } from 'zod';
import { ConfigError, type ConfigProblem, type ConfigWarning } from './config-error.js';
import { type FennelData, maxReported } from './fennel-data.js';
import { formatKey, type KeyPath } from './key-path.js';
import { nearestName } from './nearest-name.js';

/** A checked value, and what in the file has no meaning. */
export interface Checked<Value> {
  readonly value: Value;
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Checks data against a schema of strict objects whose every error message is the phrase that follows "expected".
 * A key that the schema does not know is a warning; everything else is collected into one {@link ConfigError}.
 */
export function checkData<Schema extends z.ZodType>(
  schema: Schema,
  data: FennelData,
): Checked<z.output<Schema>> {
  const value = data.value ?? {};
  const first = schema.safeParse(value);
  const unknown = first.success ? [] : first.error.issues.flatMap(unknownKeys);
  const checked = unknown.length === 0 ? first : schema.safeParse(without(value, unknown));

  const problems = [
    ...data.problems,
    ...(checked.error?.issues ?? []).slice(0, maxReported).map((issue) => problem(issue, data)),
  ];
  if (!checked.success || problems.length > 0) throw new ConfigError(tidied(problems));
  return {
    value: checked.data,
    warnings: inOrder(unknown.slice(0, maxReported).map((path) => warning(path, schema, data))),
  };
}

/** Of several problems at one place (no data, hence no value) the first tells the cause. */
function tidied(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const places = problems.map(({ line, column }) => `${line}:${column}`);
  return inOrder(problems.filter((_, index) => places.indexOf(places[index]!) === index));
}

const inOrder = <Found extends { line: number; column: number }>(found: readonly Found[]): Found[] =>
  found.toSorted((a, b) => a.line - b.line || a.column - b.column);

const unknownKeys = (issue: z.core.$ZodIssue): KeyPath[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...(issue.path as KeyPath), key]) : [];

function without(value: unknown, paths: readonly KeyPath[]): unknown {
  const copy = structuredClone(value);
  for (const path of paths) delete tableAt(copy, path.slice(0, -1))[path.at(-1)!];
  return copy;
}

const tableAt = (value: unknown, path: KeyPath): Record<string | number, unknown> =>
  path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value) as Record<
    string | number,
    unknown
  >;

function problem(issue: z.core.$ZodIssue, data: FennelData): ConfigProblem {
  const path = issue.path as KeyPath;
  const wrongName = issue.code === 'invalid_key';
  const { line, column } = wrongName ? data.keyAt(path) : data.valueAt(path);
  return {
    kind: 'value',
    file: data.file,
    line,
    column,
    key: formatKey(path),
    expected: wrongName ? issue.issues[0]!.message : issue.message,
    found: wrongName ? `the name ${JSON.stringify(path.at(-1))}` : describe(path, data.value),
  };
}

/** What stands at a path. A secret's value is never quoted: the message goes to terminals and logs. */
function describe(path: KeyPath, root: unknown): string {
  let value = root;
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step];
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a table';
  if (path[0] === 'secrets') return `a ${typeof value}`;
  if (typeof value === 'boolean') return `${value}`;
  const text = typeof value === 'string' ? JSON.stringify(value) : `${value}`;
  return `the ${typeof value} ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}

function warning(path: KeyPath, schema: z.ZodType, data: FennelData): ConfigWarning {
  const { line, column } = data.keyAt(path);
  const known = knownKeys(schema, path.slice(0, -1));
  const near = nearestName(String(path.at(-1)), known);
  const advice = near ? `did you mean :${near}?` : `known here: ${known.map((key) => `:${key}`).join(' ')}`;
  return { file: data.file, line, column, message: `unknown key ${formatKey(path)} is ignored; ${advice}` };
}

/** The keys that the object schema at `path` knows, through the wrappers and records on the way. */
function knownKeys(schema: z.ZodType, path: KeyPath): string[] {
  let def = unwrap(schema);
  for (const step of path) def = unwrap(def.shape?.[step] ?? def.valueType);
  return Object.keys(def.shape ?? {});
}

interface SchemaDef {
  readonly innerType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string | number, z.ZodType>>;
}

function unwrap(schema: z.ZodType | undefined): SchemaDef {
  const def = (schema?.def ?? {}) as SchemaDef;
  return def.innerType ? unwrap(def.innerType) : def;
}

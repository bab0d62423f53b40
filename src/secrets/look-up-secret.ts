import { open } from 'node:fs/promises';
import { matchesPattern } from './matches-pattern.js';

/** A secret as the configuration declares it. */
export interface SecretDeclaration {
  /** The value itself, or the file that holds it, read at each use so that a rotation needs no restart. */
  readonly source: { readonly value: string } | { readonly file: string };
  /** Repository names, `*` standing for any text; null: every repository. */
  readonly repos: readonly string[] | null;
  /** Full ref names, `*` standing for any text; null: every ref. */
  readonly refs: readonly string[] | null;
}

/** Who asks: the run's repository and its full ref name. */
export interface SecretScope {
  readonly repo: string;
  readonly ref: string;
}

/** The value, or why there is none; `message` never holds any part of a value. */
export type SecretAnswer =
  | { readonly found: true; readonly value: string }
  | {
      readonly found: false;
      readonly reason: 'undeclared' | 'out-of-scope' | 'unreadable';
      readonly message: string;
    };

/** A larger file is surely not meant. */
const maxFileBytes = 1024 * 1024;

/** Finds the secret `name` for a run. A file's last newline is not part of the value. Never throws. */
export async function lookUpSecret(
  secrets: ReadonlyMap<string, SecretDeclaration>,
  name: string,
  scope: SecretScope,
): Promise<SecretAnswer> {
  const secret = secrets.get(name);
  if (!secret) return refused('undeclared', `secret ${JSON.stringify(name)} is not declared in config.fnl`);
  if (!isWithin(secret.repos, scope.repo))
    return refused('out-of-scope', `secret ${name} is not for repository ${scope.repo}; see its :repos`);
  if (!isWithin(secret.refs, scope.ref))
    return refused('out-of-scope', `secret ${name} is not for ${scope.ref}; see its :refs`);
  if ('value' in secret.source) return { found: true, value: secret.source.value };
  try {
    return { found: true, value: await readValue(secret.source.file) };
  } catch (error) {
    return refused('unreadable', `secret ${name} has no value: ${(error as Error).message}`);
  }
}

const refused = (reason: 'undeclared' | 'out-of-scope' | 'unreadable', message: string): SecretAnswer => ({
  found: false,
  reason,
  message,
});

const isWithin = (patterns: readonly string[] | null, text: string): boolean =>
  patterns === null || patterns.some((pattern) => matchesPattern(pattern, text));

async function readValue(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error(`${path} is not a regular file`);
    if (stats.size > maxFileBytes)
      throw new Error(`${path} has ${stats.size} bytes; at most ${maxFileBytes} are allowed`);
    const value = decode(await file.readFile(), path).replace(/\r?\n$/, '');
    if (value === '') throw new Error(`${path} is empty`);
    return value;
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${path} is not UTF-8 text; store it as base64`);
  }
}

/** Control characters, space and the characters that git gives a meaning of its own in names of revisions. */
const forbidden = /[\x00-\x20\x7f~^:?*[\\]/;

/**
 * Whether git accepts `name` as the full name of a ref: the same answer as `git check-ref-format <name>`.
 * Quotes, `$`, `;` and any non-ASCII text are legal, so a ref is never put into a shell, a page or JSON unescaped.
 */
export function isValidRefName(name: string): boolean {
  if (forbidden.test(name) || name.includes('..') || name.includes('@{') || name.endsWith('.')) return false;
  const components = name.split('/');
  return components.length > 1 && components.every(isValidComponent);
}

/** Not the full name of a ref. */
export class InvalidRefNameError extends Error {
  readonly code = 'invalid-ref-name';
  constructor(readonly ref: string) {
    super(`not the full name of a ref: ${JSON.stringify(ref)}`);
  }
}

/** Gives `ref` back. Throws InvalidRefNameError when it is none: it goes to git on a line of its own. */
export function checkRefName(ref: string): string {
  if (isValidRefName(ref)) return ref;
  throw new InvalidRefNameError(ref);
}

const isValidComponent = (component: string): boolean =>
  component !== '' && !component.startsWith('.') && !component.endsWith('.lock');

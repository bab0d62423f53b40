import { stringArgument } from './argument.js';
import type { LibraryFunction } from './library-function.js';

/**
 * `(compare-versions a b)`: -1, 0 or 1, by the precedence of Semantic Versioning. A leading `v` and missing
 * minor and patch numbers are allowed; build metadata does not count.
 */
export const compareVersions: LibraryFunction = (_vm, [first, second]) => {
  const a = parse(stringArgument(first, 'compare-versions: the first version'));
  const b = parse(stringArgument(second, 'compare-versions: the second version'));
  return compareLists(a.numbers, b.numbers) || comparePrereleases(a.prerelease, b.prerelease);
};

interface Version {
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[];
}

const pattern = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

const parse = (text: string): Version => {
  const found = pattern.exec(text);
  if (found === null)
    throw new Error(`compare-versions: ${JSON.stringify(text)} is no version such as 1.20.3`);
  const [, major = '0', minor = '0', patch = '0', prerelease = ''] = found;
  return { numbers: [major, minor, patch], prerelease: prerelease === '' ? [] : prerelease.split('.') };
};

/** A version without a prerelease comes after those with one. */
const comparePrereleases = (a: readonly string[], b: readonly string[]): number => {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  return compareLists(a, b);
};

const compareLists = (a: readonly string[], b: readonly string[]): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const compared = comparePart(a[i] as string, b[i] as string);
    if (compared !== 0) return compared;
  }
  return Math.sign(a.length - b.length);
};

/** Numbers by value, however long, and before words; words by their characters. */
const comparePart = (a: string, b: string): number => {
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return Number(BigInt(a) > BigInt(b)) - Number(BigInt(a) < BigInt(b));
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return Number(a > b) - Number(a < b);
};

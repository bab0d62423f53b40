import { type Difference, maxDifferences } from '../../store/index.js';

const maxShown = 50;

/** Differences between rows and events, column by column; the first fifty. */
export const differenceLines = (differences: readonly Difference[]): string[] => [
  ...differences.slice(0, maxShown).flatMap(linesOf),
  ...(differences.length > maxShown ? [restOf(differences.length)] : []),
];

/** A check tells of no more than so many rows; there may be others. */
const restOf = (count: number): string =>
  `  … and ${count - maxShown} rows more${count >= maxDifferences ? ', if not others beyond them' : ''}`;

const linesOf = ({ table, key, folded, live }: Difference): string[] => {
  if (live === undefined) return [`  ${table} ${key}: the row is missing`];
  if (folded === undefined) return [`  ${table} ${key}: no event made this row`];
  const expected = folded as Record<string, unknown>;
  const found = live as Record<string, unknown>;
  return Object.keys(expected)
    .filter((column) => JSON.stringify(expected[column]) !== JSON.stringify(found[column]))
    .map(
      (column) =>
        `  ${table} ${key}: ${column} should be ${JSON.stringify(expected[column])}, found ${JSON.stringify(found[column])}`,
    );
};

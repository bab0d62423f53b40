/** The one of `known` that `name` was probably meant to be, or undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= candidate.length / 3 || continues(name, candidate))
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

const continues = (name: string, candidate: string): boolean =>
  Math.min(name.length, candidate.length) > 2 && (name.startsWith(candidate) || candidate.startsWith(name));

/** How many letters must be added, dropped or changed, or neighbours swapped, to make `a` into `b`. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > b.length) return b.length + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + same,
        swapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}

/** The name nearest to `name` by edits, if it is near enough to be a typo. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const limit = name.length <= 2 ? 1 : name.length <= 5 ? 2 : 3;
  let nearest: string | undefined;
  let distance = limit + 1;
  for (const candidate of known) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= distance) continue;
    const edits = editDistance(name, candidate, distance - 1);
    // A name that shares nothing is no typo, however short.
    if (edits < distance && edits < Math.max(name.length, candidate.length)) {
      nearest = candidate;
      distance = edits;
    }
  }
  return nearest;
}

/** Insertions, deletions, replacements and swaps of neighbours; more than `limit` is given as `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, twoAbove[j - 2]! + 1);
      }
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    twoAbove = above;
    above = row;
  }
  return Math.min(above[b.length]!, limit + 1);
}

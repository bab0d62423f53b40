/** How many durations fell into each class; the classes grow by 5 %, so a year of milliseconds has about 500. */
export type Durations = Readonly<Record<string, number>>;

const growth = Math.log(1.05);

/** Counts one more duration, in milliseconds. Pure. */
export const addDuration = (durations: Durations, ms: number): Durations => {
  const place = String(Math.floor(Math.log(Math.max(0, ms) + 1) / growth));
  return { ...durations, [place]: (durations[place] ?? 0) + 1 };
};

/**
 * For each share, ascending: the duration that this share of all is at most as long as, within 2.5 %; null when there
 * is none. The classes' names are small integers, which an object lists in ascending order.
 */
export const quantiles = (durations: Durations, shares: readonly number[]): (number | null)[] => {
  let total = 0;
  for (const place in durations) total += durations[place]!;
  const found: (number | null)[] = [];
  let seen = 0;
  for (const place in durations) {
    seen += durations[place]!;
    while (found.length < shares.length && seen >= total * shares[found.length]!) {
      found.push(Math.round(Math.exp((Number(place) + 0.5) * growth) - 1));
    }
    if (found.length === shares.length) return found;
  }
  return shares.map((_, i) => found[i] ?? null);
};

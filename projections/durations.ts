/** How many durations fell into each class; the classes grow by 5 %, so a year of milliseconds has about 500. */
export type Durations = Readonly<Record<string, number>>;

const growth = Math.log(1.05);

/** Counts one more duration, in milliseconds. Pure. */
export const addDuration = (durations: Durations, ms: number): Durations => {
  const place = String(Math.floor(Math.log(Math.max(0, ms) + 1) / growth));
  return { ...durations, [place]: (durations[place] ?? 0) + 1 };
};

/** The duration that this share of all is at most as long as, within 2.5 %; null when there is none. */
export const quantile = (durations: Durations, share: number): number | null => {
  const classes = Object.entries(durations)
    .map(([place, count]) => ({ place: Number(place), count }))
    .sort((a, b) => a.place - b.place);
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { place, count } of classes) {
    seen += count;
    if (seen >= total * share) return Math.round(Math.exp((place + 0.5) * growth) - 1);
  }
  return null;
};

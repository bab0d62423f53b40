import { blockLines } from './block-heights.js';
import { fetchLines, fetchOutput } from './log-lines.js';
import { markedRange } from './marked-lines.js';

/** Copies the marked lines as they are shown, or else all that the command wrote. `count` is that of the log's lines. */
export const copyLines = async (address: string, count: number): Promise<void> => {
  const range = markedRange();
  if (range === undefined) {
    await navigator.clipboard.writeText(await fetchOutput(address));
    return;
  }
  const to = Math.min(range.to, count);
  const texts: string[] = [];
  for (let from = range.from; from <= to; ) {
    const lines = await fetchLines(address, { from, count: Math.min(blockLines, to - from + 1) });
    if (lines.length === 0) throw new Error(`the log has no line ${from}, expected lines up to ${to}`);
    texts.push(...lines.map((line) => line.querySelector('.text')?.textContent ?? ''));
    // Fewer than were asked for where the lines are long.
    from += lines.length;
  }
  await navigator.clipboard.writeText(texts.join('\n'));
};

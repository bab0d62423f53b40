import { numberOf } from './log-lines.js';

/** Lines by their numbers, both ends among them. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** The lines that the address marks: `#L120` or `#L120-L140`. */
export const markedRange = (): LineRange | undefined => {
  const match = /^#L(\d+)(?:-L(\d+))?$/.exec(location.hash);
  if (match === null) return undefined;
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
};

/** Shows which of the lines within an element are marked. */
export const showMark = (within: Element): void => {
  const range = markedRange();
  for (const line of within.querySelectorAll<HTMLElement>('.line')) {
    const number = numberOf(line);
    line.classList.toggle('marked', range !== undefined && number >= range.from && number <= range.to);
  }
};

/** From now on a click on the number of a line within an element marks it, with shift the mark's other end. */
export const markByClick = (within: HTMLElement): void => {
  within.addEventListener('click', (event) => {
    const link = (event.target as Element).closest('a.number');
    // Those with a key of the browser's open the link elsewhere.
    if (link === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const number = numberOf(link.closest<HTMLElement>('.line')!);
    const range = event.shiftKey ? markedRange() : undefined;
    const hash =
      range === undefined
        ? `#L${number}`
        : `#L${Math.min(range.from, number)}-L${Math.max(range.to, number)}`;
    history.replaceState(history.state, '', hash);
    showMark(within);
  });
};

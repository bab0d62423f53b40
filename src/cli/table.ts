import { pad, textWidth, truncate } from './text-width.js';

/** One column of a table of `Row`. */
export interface Column<Row> {
  readonly title: string;
  cell(row: Row): string;
  readonly align?: 'left' | 'right';
  /** A column that may be cut, down to this width, when the terminal is narrow. */
  readonly minWidth?: number;
  /** When cutting is not enough, the columns with the highest number are left out first; 0 or none: never. */
  readonly dropOrder?: number;
}

const gap = '  ';

/**
 * Lays rows out in columns as wide as their content. With a `width`, columns that may be cut share the loss, and
 * where that is not enough the least important columns are left out, so that no line is wider.
 */
export const layoutTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: { readonly width?: number | undefined; readonly titleStyle?: (title: string) => string } = {},
): string[] => {
  const cells = new Map(columns.map((column) => [column, rows.map((row) => column.cell(row))]));
  const natural = new Map(
    columns.map((column) => [
      column,
      Math.max(textWidth(column.title), ...cells.get(column)!.map(textWidth), 0),
    ]),
  );
  const shown = columnsThatFit(columns, natural, options.width);
  const widths = widthsOf(shown, natural, options.width);
  const line = (cellOf: (column: Column<Row>) => string): string =>
    shown
      .map((column, i) => {
        const text = truncate(cellOf(column), widths[i]!);
        const last = i === shown.length - 1 && column.align !== 'right';
        return last ? text : pad(text, widths[i]!, column.align);
      })
      .join(gap)
      .trimEnd();
  const title = line((column) => column.title);
  return [
    options.titleStyle?.(title) ?? title,
    ...rows.map((_, index) => line((column) => cells.get(column)![index]!)),
  ];
};

/** Leaves out columns until the narrowest form of the others fits. */
const columnsThatFit = <Row>(
  columns: readonly Column<Row>[],
  natural: ReadonlyMap<Column<Row>, number>,
  width: number | undefined,
): Column<Row>[] => {
  const shown = [...columns];
  const narrowest = () =>
    shown.reduce((sum, column) => sum + Math.min(column.minWidth ?? Infinity, natural.get(column)!), 0) +
    gap.length * (shown.length - 1);
  while (width !== undefined && narrowest() > width) {
    const [least] = shown
      .filter((column) => (column.dropOrder ?? 0) > 0)
      .toSorted((a, b) => b.dropOrder! - a.dropOrder!);
    if (least === undefined) return shown;
    shown.splice(shown.indexOf(least), 1);
  }
  return shown;
};

/** The widths of the columns; the widest of those that may be cut loses first. */
const widthsOf = <Row>(
  columns: readonly Column<Row>[],
  natural: ReadonlyMap<Column<Row>, number>,
  width: number | undefined,
): number[] => {
  const widths = columns.map((column) => natural.get(column)!);
  let excess =
    width === undefined ? 0 : widths.reduce((a, b) => a + b, 0) + gap.length * (columns.length - 1) - width;
  for (; excess > 0; excess -= 1) {
    let widest = -1;
    columns.forEach(({ minWidth }, i) => {
      if (minWidth === undefined || widths[i]! <= minWidth) return;
      if (widest === -1 || widths[i]! > widths[widest]!) widest = i;
    });
    if (widest === -1) break;
    widths[widest]! -= 1;
  }
  return widths;
};

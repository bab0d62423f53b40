/** A job as the drawing sees it. */
export interface GraphNode {
  readonly id: string;
  readonly inputs: readonly string[];
}

/** A drawn line: the rails, and the node that stands on it. */
export interface GraphLine<Node extends GraphNode> {
  readonly rails: string;
  readonly node: Node;
}

/**
 * Draws a graph from top to bottom, one node a line, given in an order in which inputs come first. Each node that
 * others wait for has a rail below it until the last of them is drawn:
 *
 *     ●    quire/push
 *     ●    build
 *     ├─●  lint
 *     ● │  test
 *     ●─┘  package
 *
 * A rail that only crosses a line stays `│`; `┼` and `┴` are connections.
 */
export const drawGraph = <Node extends GraphNode>(nodes: readonly Node[]): GraphLine<Node>[] => {
  const waiting = new Map<string, number>();
  for (const { inputs } of nodes) {
    for (const input of new Set(inputs)) waiting.set(input, (waiting.get(input) ?? 0) + 1);
  }
  /** Which node's rail stands in a column; undefined where there is none. */
  const rails: (string | undefined)[] = [];
  /** Columns that the line above left free: a node there would seem to hang on the one above. */
  let justFreed = new Set<number>();

  const drawn = nodes.map((node) => {
    const inputs = [...new Set(node.inputs)].map((id) => rails.indexOf(id)).filter((column) => column !== -1);
    for (const id of new Set(node.inputs)) waiting.set(id, waiting.get(id)! - 1);
    const ending = inputs.filter((column) => waiting.get(rails[column]!) === 0);
    const own = ending.length > 0 ? Math.min(...ending) : freeColumn(rails, justFreed, inputs);
    const line = drawLine(rails, inputs, new Set(ending), own);
    for (const column of ending) rails[column] = undefined;
    const hasRail = (waiting.get(node.id) ?? 0) > 0;
    rails[own] = hasRail ? node.id : undefined;
    justFreed = new Set([...ending, own].filter((column) => rails[column] === undefined));
    return { rails: line, node };
  });
  const width = Math.max(0, ...drawn.map(({ rails: line }) => line.length));
  return drawn.map(({ rails: line, node }) => ({ rails: line.padEnd(width), node }));
};

const freeColumn = (
  rails: readonly (string | undefined)[],
  justFreed: ReadonlySet<number>,
  inputs: readonly number[],
): number => {
  let column = inputs.length === 0 ? 0 : Math.min(...inputs) + 1;
  while (rails[column] !== undefined || justFreed.has(column)) column += 1;
  return column;
};

const drawLine = (
  rails: readonly (string | undefined)[],
  inputs: readonly number[],
  ending: ReadonlySet<number>,
  own: number,
): string => {
  const left = Math.min(own, ...inputs);
  const right = Math.max(own, ...inputs);
  let line = '';
  for (let column = 0; column < Math.max(rails.length, own + 1); column += 1) {
    const within = column > left && column < right;
    if (column > 0) line += column > left && column <= right ? '─' : ' ';
    if (column === own) line += '●';
    else if (!inputs.includes(column)) line += rails[column] !== undefined ? '│' : within ? '─' : ' ';
    else if (column === left) line += ending.has(column) ? '└' : '├';
    else if (column === right) line += ending.has(column) ? '┘' : '┤';
    else line += ending.has(column) ? '┴' : '┼';
  }
  return line.trimEnd();
};

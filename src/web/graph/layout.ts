/** A job and what it waits for. */
export interface GraphJob {
  readonly id: string;
  readonly inputs: readonly string[];
}

export interface PlacedNode {
  readonly id: string;
  /** The column, from 0, and the row within the picture, from 0; rows may be halves. */
  readonly column: number;
  readonly row: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** The places the edge passes, its ends among them: column and row. */
  readonly through: readonly { readonly column: number; readonly row: number }[];
}

export interface GraphLayout {
  readonly columns: number;
  readonly rows: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

interface Vertex {
  readonly key: string;
  /** The job, or null for a place that a long edge passes. */
  readonly id: string | null;
  readonly column: number;
  before: Vertex[];
  after: Vertex[];
  row: number;
}

const sweeps = 6;

/**
 * Places jobs in columns by their longest way from a source, and orders each column so that few edges cross:
 * every vertex near the middle of its neighbours, in a few sweeps there and back. An edge that passes columns
 * gets a place of its own in each, so that it runs around the jobs there. An input that is no job (the push)
 * is the source of all that name it, and is not drawn.
 */
export const layOutGraph = (jobs: readonly GraphJob[]): GraphLayout => {
  const columns = columnsOf(jobs);
  const vertices = new Map<string, Vertex>();
  const vertex = (key: string, id: string | null, column: number): Vertex => {
    const made: Vertex = { key, id, column, before: [], after: [], row: 0 };
    vertices.set(key, made);
    return made;
  };
  for (const { id } of jobs) vertex(`job ${id}`, id, columns.get(id)!);
  const paths = edgesOf(jobs).map(([from, to]) => {
    const path = [vertices.get(`job ${from}`)!];
    for (let column = columns.get(from)! + 1; column < columns.get(to)!; column += 1) {
      path.push(vertex(`edge ${column} ${from} ${to}`, null, column));
    }
    path.push(vertices.get(`job ${to}`)!);
    for (let i = 1; i < path.length; i += 1) {
      path[i - 1]!.after.push(path[i]!);
      path[i]!.before.push(path[i - 1]!);
    }
    return { from, to, path };
  });
  const layers: Vertex[][] = [];
  for (const one of vertices.values()) {
    layers[one.column] ??= [];
    layers[one.column]!.push(one);
  }
  order(layers);
  const rows = Math.max(0, ...layers.map((layer) => layer.length));
  center(layers, rows);
  return {
    columns: layers.length,
    rows,
    nodes: jobs.map(({ id }) => {
      const { column, row } = vertices.get(`job ${id}`)!;
      return { id, column, row };
    }),
    edges: paths.map(({ from, to, path }) => ({
      from,
      to,
      through: path.map(({ column, row }) => ({ column, row })),
    })),
  };
};

/** The edges between jobs, as `[input, job]`. */
export const edgesOf = (jobs: readonly GraphJob[]): [string, string][] => {
  const ids = new Set(jobs.map(({ id }) => id));
  return jobs.flatMap(({ id, inputs }) =>
    [...new Set(inputs)]
      .filter((input) => ids.has(input) && input !== id)
      .map((input): [string, string] => [input, id]),
  );
};

/** The longest way from a source to each job. A cycle cannot be registered; in one, every job counts once. */
const columnsOf = (jobs: readonly GraphJob[]): Map<string, number> => {
  const inputs = new Map(jobs.map((job) => [job.id, job.inputs]));
  const columns = new Map<string, number>();
  const visiting = new Set<string>();
  const visit = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    visiting.add(id);
    let column = 0;
    for (const input of inputs.get(id) ?? []) {
      if (inputs.has(input) && !visiting.has(input)) column = Math.max(column, visit(input) + 1);
    }
    visiting.delete(id);
    columns.set(id, column);
    return column;
  };
  for (const { id } of jobs) visit(id);
  return columns;
};

const order = (layers: readonly Vertex[][]): void => {
  for (const layer of layers) number(layer);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : layers.toReversed()) {
      const middle = new Map(layer.map((one) => [one, middleOf(forward ? one.before : one.after, one.row)]));
      layer.sort((a, b) => middle.get(a)! - middle.get(b)!);
      number(layer);
    }
  }
};

const number = (layer: readonly Vertex[]): void => {
  for (const [row, one] of layer.entries()) one.row = row;
};

const middleOf = (neighbours: readonly Vertex[], otherwise: number): number =>
  neighbours.length === 0 ? otherwise : neighbours.reduce((sum, { row }) => sum + row, 0) / neighbours.length;

/** A column with fewer rows than the highest stands in the middle. */
const center = (layers: readonly Vertex[][], rows: number): void => {
  for (const layer of layers) {
    for (const one of layer) one.row += (rows - layer.length) / 2;
  }
};

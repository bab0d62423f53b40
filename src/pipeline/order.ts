/** A job as a graph sees it. Inputs that are no vertices are sources. */
export interface Vertex {
  readonly id: string;
  readonly inputs: readonly string[];
}

/**
 * The order in which jobs run one at a time: inputs first, and among jobs that could run next the one that
 * was registered first. Only for a graph that `validate` found nothing wrong with.
 *
 * @throws RangeError for a graph with a cycle.
 */
export const order = <Job extends Vertex>(jobs: readonly Job[]): Job[] => {
  const { ordered, stuck } = layered(jobs);
  if (stuck.length > 0) throw new RangeError(`no order: a cycle around ${stuck[0]?.id}`);
  return ordered;
};

/** The order as far as there is one, and the vertices that are in a cycle or behind one. */
export const layered = <One extends Vertex>(vertices: readonly One[]): { ordered: One[]; stuck: One[] } => {
  const known = new Set(vertices.map(({ id }) => id));
  const missing = vertices.map(({ inputs }) => new Set(inputs.filter((input) => known.has(input))).size);
  const dependents = new Map<string, number[]>(vertices.map(({ id }) => [id, []]));
  vertices.forEach(({ inputs }, index) => {
    for (const input of new Set(inputs)) dependents.get(input)?.push(index);
  });
  const ordered: One[] = [];
  const done = new Set<number>();
  for (
    let next = missing.indexOf(0);
    next !== -1;
    next = missing.findIndex((n, i) => n === 0 && !done.has(i))
  ) {
    const vertex = vertices[next] as One;
    done.add(next);
    ordered.push(vertex);
    for (const index of dependents.get(vertex.id) ?? []) missing[index] = (missing[index] ?? 0) - 1;
  }
  return { ordered, stuck: vertices.filter((_, index) => !done.has(index)) };
};

/** Everything that has to end before a job may start: its inputs, their inputs, and so on; sources included. */
export const transitiveInputs = (id: string, jobs: readonly Vertex[]): Set<string> => {
  const inputsOf = new Map(jobs.map((job) => [job.id, job.inputs]));
  const found = new Set(inputsOf.get(id));
  for (const input of found) for (const next of inputsOf.get(input) ?? []) found.add(next);
  return found;
};

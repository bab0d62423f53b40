import { layered, type Vertex } from './order.js';

/** Vertices that all reach one another. */
export interface Cycle {
  /** The shortest way around from the member that is listed first: `[a, b]` says a has the input b, and b the input a. */
  readonly path: readonly string[];
  readonly members: ReadonlySet<string>;
}

/** The cycles of a graph, in the order of their first members. */
export const findCycles = (vertices: readonly Vertex[]): Cycle[] => {
  const { stuck } = layered(vertices);
  const inputsOf = new Map(stuck.map(({ id, inputs }) => [id, inputs]));
  const cycles: Cycle[] = [];
  for (const { id } of stuck) {
    if (cycles.some(({ members }) => members.has(id))) continue;
    const path = wayBack(id, inputsOf);
    if (path !== undefined) cycles.push({ path, members: knotOf(id, inputsOf) });
  }
  return cycles;
};

type Graph = ReadonlyMap<string, readonly string[]>;

const wayBack = (start: string, inputsOf: Graph): string[] | undefined => {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const at of queue) {
    for (const input of inputsOf.get(at) ?? []) {
      if (input === start) return unwind(start, at, cameFrom);
      if (cameFrom.has(input) || !inputsOf.has(input)) continue;
      cameFrom.set(input, at);
      queue.push(input);
    }
  }
  return undefined;
};

const unwind = (start: string, end: string, cameFrom: ReadonlyMap<string, string>): string[] => {
  const path: string[] = [];
  for (let at = end; at !== start; at = cameFrom.get(at) as string) path.unshift(at);
  return [start, ...path];
};

/** Everything that reaches `start` and is reached from it. */
const knotOf = (start: string, inputsOf: Graph): Set<string> => {
  const outputsOf = new Map<string, string[]>([...inputsOf.keys()].map((id) => [id, []]));
  for (const [id, inputs] of inputsOf) for (const input of inputs) outputsOf.get(input)?.push(id);
  const behind = reach(start, outputsOf);
  return new Set([...reach(start, inputsOf)].filter((id) => behind.has(id)));
};

const reach = (start: string, edges: Graph): Set<string> => {
  const reached = new Set([start]);
  for (const at of reached) for (const next of edges.get(at) ?? []) reached.add(next);
  return reached;
};

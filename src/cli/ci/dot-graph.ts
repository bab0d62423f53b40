import type { GraphNode } from './draw-graph.js';

/** The graph in the language of Graphviz. */
export const dotGraph = (nodes: readonly GraphNode[]): string => {
  const edges = nodes.flatMap(({ id, inputs }) =>
    inputs.map((input) => `  ${quote(input)} -> ${quote(id)};`),
  );
  return [
    'digraph pipeline {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...nodes.map(nodeLine),
    ...edges,
    '}',
  ].join('\n');
};

const nodeLine = ({ id }: GraphNode): string => `  ${quote(id)};`;

const quote = (id: string): string => `"${id.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

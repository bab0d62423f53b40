import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotGraph } from '../../src/cli/ci/dot-graph.js';
import { drawGraph, type GraphNode } from '../../src/cli/ci/draw-graph.js';

/** `push; build<push; test<build` */
const graph = (text: string): GraphNode[] =>
  text.split(';').map((part) => {
    const [id, inputs] = part.trim().split('<');
    return { id: id!, inputs: inputs === undefined ? [] : inputs.split(',') };
  });

const drawing = (text: string): string[] =>
  drawGraph(graph(text)).map(({ rails, node }) => `${rails} ${node.id}`);

describe('the drawing of a graph', () => {
  it('draws a chain straight down', () => {
    expect(drawing('push; build<push; test<build')).toEqual(['● push', '● build', '● test']);
  });

  it('draws a diamond', () => {
    expect(drawing('push; build<push; lint<build; test<build; pack<lint,test; deploy<pack')).toEqual([
      '●   push',
      '●   build',
      '├─● lint',
      '● │ test',
      '●─┘ pack',
      '●   deploy',
    ]);
  });

  it('tells a rail that is crossed from one that is joined', () => {
    expect(drawing('push; a<push; b<push; c<push; d<a,c; e<b; f<d,e; g<push')).toEqual([
      '●       push',
      '├─●     a',
      '├─│─●   b',
      '├─│─│─● c',
      '│ ●─│─┘ d',
      '│ │ ●   e',
      '│ ●─┘   f',
      '●       g',
    ]);
    expect(drawing('push; a<push; b<push,a; c<a,b,push')).toEqual([
      '●     push',
      '├─●   a',
      '├─┼─● b',
      '●─┴─┘ c',
    ]);
  });

  it('does not hang a job under one that nothing waits for', () => {
    expect(drawing('push; lint<push; test<push; docs<push')).toEqual([
      '●     push',
      '├─●   lint',
      '├───● test',
      '●     docs',
    ]);
  });

  it('draws every node once, and every input on the line of the job that waits for it', () => {
    const anyGraph = fc
      .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
      .map((all) =>
        all.map((inputs, index) => ({
          id: `n${index}`,
          inputs: index === 0 ? [] : inputs.map((input) => `n${input % index}`),
        })),
      );
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const lines = drawGraph(nodes);
        expect(lines.map(({ node }) => node.id)).toEqual(nodes.map(({ id }) => id));
        for (const { rails, node } of lines) {
          expect(rails.match(/●/g)).toHaveLength(1);
          const own = rails.indexOf('●');
          const joined = rails.match(/[├└┤┘┼┴]/g)?.length ?? 0;
          const wanted = new Set(node.inputs).size;
          // One input may end in the very column of the job, without a sign of its own.
          expect([wanted, wanted - 1]).toContain(joined);
          expect(own).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('the graph for Graphviz', () => {
  it('quotes ids', () => {
    expect(dotGraph(graph('quire/push; say "hi"<quire/push'))).toBe(
      [
        'digraph pipeline {',
        '  rankdir=LR;',
        '  node [shape=box];',
        '  "quire/push";',
        '  "say \\"hi\\"";',
        '  "quire/push" -> "say \\"hi\\"";',
        '}',
      ].join('\n'),
    );
  });
});

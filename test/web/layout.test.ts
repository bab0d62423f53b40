import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgesOf, type GraphJob, layOutGraph } from '../../src/web/graph/layout.js';

/** Pipelines as they can be registered: inputs are jobs that come before, or the push. */
const pipelines: fc.Arbitrary<GraphJob[]> = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 25 })
  .map((picks) =>
    picks.map((inputs, index) => ({
      id: `job ${index}`,
      inputs:
        index === 0 ? ['quire/push'] : [...new Set(inputs.map((n) => `job ${n % index}`)), 'quire/push'],
    })),
  );

describe('the layout of a job graph', () => {
  it('draws a diamond with the middle jobs above each other', () => {
    const { nodes, columns } = layOutGraph([
      { id: 'a', inputs: ['quire/push'] },
      { id: 'b', inputs: ['a'] },
      { id: 'c', inputs: ['a'] },
      { id: 'd', inputs: ['b', 'c'] },
    ]);
    expect(columns).toBe(3);
    expect(nodes).toEqual([
      { id: 'a', column: 0, row: 0.5 },
      { id: 'b', column: 1, row: 0 },
      { id: 'c', column: 1, row: 1 },
      { id: 'd', column: 2, row: 0.5 },
    ]);
  });

  it('has exactly the edges that the inputs name', () => {
    fc.assert(
      fc.property(pipelines, (jobs) => {
        const drawn = layOutGraph(jobs).edges.map(({ from, to }) => `${from} → ${to}`);
        expect(drawn.toSorted()).toEqual(
          edgesOf(jobs)
            .map(([from, to]) => `${from} → ${to}`)
            .toSorted(),
        );
      }),
    );
  });

  it('puts every job right of its inputs and no two jobs in one place', () => {
    fc.assert(
      fc.property(pipelines, (jobs) => {
        const { nodes, rows } = layOutGraph(jobs);
        const columns = new Map(nodes.map(({ id, column }) => [id, column]));
        for (const [from, to] of edgesOf(jobs)) expect(columns.get(from)!).toBeLessThan(columns.get(to)!);
        expect(new Set(nodes.map(({ column, row }) => `${column} ${row}`)).size).toBe(jobs.length);
        for (const { row } of nodes) expect(row >= 0 && row <= rows - 1).toBe(true);
      }),
    );
  });

  it('lets no edge pass through a job', () => {
    fc.assert(
      fc.property(pipelines, (jobs) => {
        const { nodes, edges } = layOutGraph(jobs);
        const taken = new Set(nodes.map(({ column, row }) => `${column} ${row}`));
        for (const { through } of edges) {
          for (const { column, row } of through.slice(1, -1))
            expect(taken.has(`${column} ${row}`)).toBe(false);
        }
      }),
    );
  });
});

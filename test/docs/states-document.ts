import { jobMachine, type Machine, runMachine, shMachine } from '../../src/lifecycle/index.js';

/** The diagram of one machine, as docs/STATES.md must hold it. */
const diagram = <State extends string>(machine: Machine<State>): string => {
  const lines = Object.entries<Readonly<Record<string, State>>>(machine as never).flatMap(([from, moves]) => {
    const byTarget = groupByTarget(moves);
    return [...byTarget].map(([to, events]) => {
      const label = events.map(([type]) => type).join(', ');
      return `    ${from === 'none' ? '[*]' : from} --> ${to} : ${label}`;
    });
  });
  const ends = Object.entries<object>(machine)
    .filter(([, moves]) => Object.keys(moves).length === 0)
    .map(([state]) => `    ${state} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', ...lines, ...ends, '```'].join('\n');
};

/** The three diagrams by the heading they stand under. */
export const diagrams = (): ReadonlyMap<string, string> =>
  new Map([
    ['Run', diagram(runMachine)],
    ['Job', diagram(jobMachine)],
    ['Sh', diagram(shMachine)],
  ]);

/** The document with today's diagrams in place of those it has. */
export const withDiagrams = (document: string): string => {
  let text = document;
  for (const [heading, drawn] of diagrams()) {
    text = text.replace(
      new RegExp(`(\\n## ${heading}\\n[^]*?)\`\`\`mermaid\\n[^]*?\n\`\`\``),
      (_, before: string) => `${before}${drawn}`,
    );
  }
  return text;
};

const groupByTarget = <State extends string>(
  moves: Readonly<Record<string, State>>,
): ReadonlyMap<State, [string, State][]> => {
  const groups = new Map<State, [string, State][]>();
  for (const move of Object.entries(moves)) groups.set(move[1], [...(groups.get(move[1]) ?? []), move]);
  return groups;
};

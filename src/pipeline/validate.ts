import { checkId } from './check-id.js';
import { type Cycle, findCycles } from './find-cycles.js';
import type { Finding } from './finding.js';
import { maxJobs, type Registration, sources } from './job.js';
import { nearest } from './nearest.js';
import { layered } from './order.js';

/**
 * Every problem of a pipeline's graph, in source order: unsafe and duplicate ids, empty and unknown inputs,
 * cycles, jobs that no source reaches.
 */
export const validate = (registrations: readonly Registration[]): Finding[] => {
  const graph = firstOfEachId(registrations);
  const cycles = findCycles(graph);
  const known = new Set([...sources, ...registrations.map(({ id }) => id)]);
  const findings = [
    ...checkCount(registrations),
    ...registrations.flatMap(checkId),
    ...checkDuplicates(registrations),
    ...registrations.flatMap((one) => checkInputs(one, known)),
    ...cycles.map((cycle) => describeCycle(cycle, graph)),
    ...checkReach(graph, cycles),
  ];
  return findings.sort((a, b) => (a.file === b.file ? a.line - b.line : 0));
};

const firstOfEachId = (registrations: readonly Registration[]): Registration[] => {
  const first = new Map<string, Registration>();
  for (const one of registrations) if (!first.has(one.id)) first.set(one.id, one);
  return [...first.values()];
};

const checkCount = (registrations: readonly Registration[]): Finding[] => {
  const extra = registrations[maxJobs];
  if (extra === undefined) return [];
  const message = `a pipeline may have ${maxJobs} jobs, this one registers ${registrations.length}`;
  return [{ code: 'too-many-jobs', message, file: extra.file, line: extra.line }];
};

const checkDuplicates = (registrations: readonly Registration[]): Finding[] => {
  const first = new Map<string, Registration>();
  return registrations.flatMap((one) => {
    const other = first.get(one.id);
    first.set(one.id, other ?? one);
    if (other === undefined) return [];
    const message = `job :${one.id} is registered already, at ${other.file}:${other.line}`;
    return [{ ...at(one, one.id), code: 'duplicate-id', message, hint: 'give each job an id of its own' }];
  });
};

const checkInputs = (one: Registration, known: ReadonlySet<string>): Finding[] => {
  if (one.inputs.length === 0) {
    const message = `job :${one.id} has no inputs`;
    return [{ ...at(one, one.id), code: 'no-inputs', message, hint: 'start from the push: [:quire/push]' }];
  }
  return one.inputs
    .filter((input) => !known.has(input))
    .map((input) => {
      const meant = nearest(input, [...known]);
      return {
        ...at(one, input),
        code: 'unknown-input',
        message: `job :${one.id} has the input :${input}, which is neither a job nor a source`,
        hint: meant === undefined ? `the source is :${sources[0]}` : `did you mean :${meant}?`,
      };
    });
};

const describeCycle = ({ path }: Cycle, all: readonly Registration[]): Finding => {
  const first = all.find(({ id }) => id === path[0]) as Registration;
  const around = [...path, first.id].map((id) => `:${id}`).join(' → ');
  return {
    ...at(first, first.id),
    code: 'cycle',
    message: `jobs wait for each other in a cycle: ${around}`,
    hint: 'take one of these inputs out',
  };
};

/** A cycle's own members are reported with it, and an unknown input by itself: what is left is behind a cycle. */
const checkReach = (all: readonly Registration[], cycles: readonly Cycle[]): Finding[] =>
  layered(all)
    .stuck.filter(({ id }) => !cycles.some(({ members }) => members.has(id)))
    .map((one) => ({
      ...at(one, one.id),
      code: 'unreachable',
      message: `no source reaches job :${one.id}, because its inputs lead into a cycle`,
      hint: `every chain of inputs must begin with :${sources[0]}`,
    }));

const at = ({ file, line }: Registration, near: string): Pick<Finding, 'file' | 'line' | 'near'> => ({
  file,
  line,
  near,
});

import { exitCode } from '../exit-code.js';
import { failureOf } from '../failure.js';
import type { Problem } from './problem.js';

/** What `--fix` came to. */
export interface Repairs {
  /** The problems whose repair was done; whether that helped, the next checks tell. */
  readonly repaired: readonly string[];
  /** Those whose repair stopped, and why. */
  readonly failed: readonly { readonly what: string; readonly why: string }[];
}

/** Does every repair once. One that cannot be done keeps nobody from the others; throws what is a fault in quire. */
export const repairProblems = async (problems: readonly Problem[]): Promise<Repairs> => {
  const outcomes = new Map<Problem['repair'], string | undefined>();
  for (const { repair } of problems) {
    if (repair === undefined || outcomes.has(repair)) continue;
    outcomes.set(repair, await whyNot(repair));
  }
  const repairable = problems.filter(({ repair }) => repair !== undefined);
  return {
    repaired: repairable.flatMap(({ what, repair }) => (outcomes.get(repair) === undefined ? [what] : [])),
    failed: repairable.flatMap(({ what, repair }) => {
      const why = outcomes.get(repair);
      return why === undefined ? [] : [{ what, why }];
    }),
  };
};

const whyNot = async (repair: () => Promise<void>): Promise<string | undefined> => {
  try {
    await repair();
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.exitCode === exitCode.fault) throw error;
    return failure.message;
  }
};

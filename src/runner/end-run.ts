import type { Actor } from '../events/index.js';
import { decideEnd, type Ending, isTerminal, type RunView, runMachine, viewRun } from '../lifecycle/index.js';
import type { RunnerContext } from './context.js';
import { logStateOf } from './log-state.js';

/**
 * Ends a run and all that is open in it as `choose` says, unless it has ended already: quire-ci may have ended it
 * itself, and an operator or a newer push may have been faster.
 */
export const endRun = async (
  { root, store }: Pick<RunnerContext, 'root' | 'store'>,
  runId: string,
  actor: Actor,
  choose: (view: RunView) => Ending,
): Promise<void> => {
  const logState = logStateOf(root);
  await store.append(
    (read) => {
      const view = viewRun(read, runId);
      return isTerminal(runMachine, view.run.state) ? [] : decideEnd(view, choose(view), logState);
    },
    { actor },
  );
};

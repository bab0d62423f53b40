import { runStream, type StoredEvent } from '../../events/index.js';

type Follows = (event: StoredEvent) => boolean;

/** The events of one run. */
export const followRun = (runId: string): Follows => {
  const stream = runStream(runId);
  return (event) => event.stream === stream;
};

/** The events that change a list of runs or repositories: not those of jobs and commands. */
export const followLists = (): Follows => (event) => /^(run|repo|push)\./.test(event.type);

export const followEverything = (): Follows => () => true;

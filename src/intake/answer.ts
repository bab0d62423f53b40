import { type StoredEvent, streamId } from '../events/index.js';

/** The lines that the pusher sees in the output of `git push`. */
export const answerPush = (events: readonly StoredEvent[], runUrl: (runId: string) => string): string => {
  const lines = events.flatMap((event) => {
    if (event.type === 'run.queued') {
      const id = streamId(event.stream);
      return [`quire: run ${id} queued for ${event.data.ref} ${runUrl(id)}`];
    }
    if (event.type === 'push.ref-ignored' && event.data.reason !== 'deleted') {
      return [`quire: no run for ${event.data.ref}: ${event.data.message}`];
    }
    return [];
  });
  return lines.map((line) => `${line}\n`).join('');
};

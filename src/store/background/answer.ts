/**
 * The other side of `startInBackground`: does the work for the one request of the process that started this one, and
 * gives it the answer. `tell` says how far it is, and ends this process when nobody is there to hear.
 */
export const answerInBackground = <Request, Message>(
  work: (request: Request, tell: (message: Message) => void) => Message,
): void => {
  const parent = process.ppid;
  const tell = (message: Message): void => {
    if (process.ppid !== parent) process.exit(1);
    process.send!(message);
  };
  // A signal to the whole group is the parent's to follow: it ends this process by SIGKILL.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.once('message', (request) => {
    const answer = work(request as Request, tell);
    process.send!(answer, () => process.disconnect());
  });
};

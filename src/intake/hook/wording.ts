/** How long a pusher waits for the server's answer. */
export const answerTimeoutMs = 30_000;

/** A longer name of a pusher is cut. */
export const maxPusherBytes = 256;

/**
 * What a pusher reads when the server did not take the push, said by the hook and by node alike. Arguments are the
 * texts to be put in, which for the hook are names of shell variables; the words themselves stand between double
 * quotes there and hold nothing that a shell would treat apart.
 */
export const wording = {
  notRunning: 'the server is not running',
  noAnswer: (seconds: string) => `the server did not answer within ${seconds} s`,
  noAccess: (socket: string) => `you may not write to ${socket}, so the server was not told`,
  failed: (status: string) => `the server failed with status ${status}`,
  noClient: 'neither curl nor node could be run to tell the server',
  refused: (reason: string) => `the server refused this push: ${reason}`,
  rootGone: (root: string) =>
    `${root} cannot be entered, so no server was told of this push; set the repository up again where the data root is now`,

  whenItStarts: 'when it starts',
  later: 'as soon as the server can',
  kept: (when: string) => `this push is kept and will be run ${when}`,
  notKept: (spool: string) =>
    `this push could not be kept in ${spool}; the server finds it when it next starts and compares refs`,
};

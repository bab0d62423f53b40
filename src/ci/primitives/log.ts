import { type LuaValue, toText } from '../../lua/index.js';
import type { Primitive } from './primitive.js';
import { show } from './show.js';

/** Characters of one message. */
const maxMessageLength = 16_384;

/** `(log value …)`: records a message: strings as they are, other values as Fennel writes them, a space between. */
export const log: Primitive = (jobRun, args) => {
  const { journal, redactor } = jobRun.run;
  const message = redactor.redactString(messageOf(args));
  if (message.length > maxMessageLength) {
    throw new Error(
      `log: the message has ${message.length} characters, ${maxMessageLength} are allowed; ` +
        'print long output with a command, so that it goes to a log file',
    );
  }
  const emit = () => {
    jobRun.signal.throwIfAborted();
    journal.emit('job.logged', { jobId: jobRun.job.id, message });
    return undefined;
  };
  journal.assertRoom();
  return jobRun.run.session.hasRoom ? emit() : jobRun.perform(() => journal.admit().then(emit));
};

const messageOf = (args: readonly LuaValue[]): string =>
  args.map((value) => toText(typeof value === 'string' ? value : show(value))).join(' ');

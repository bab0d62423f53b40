import { openStore } from '../../src/store/index.js';

/** A process of its own that destroys lines 1 to N of the log at a path, and says when the event is stored. */
const [root, path, runId, toLine] = process.argv.slice(2);
const store = openStore(root!);
store.events$.subscribe(() => process.stdout.write('stored\n'));
await store.redactLog(
  {
    runId: runId!,
    jobId: 'test',
    n: 1,
    path: path!,
    fromLine: 1,
    toLine: Number(toLine),
    reason: 'a token was in it',
  },
  { actor: 'operator:ann' },
);
await store.close();

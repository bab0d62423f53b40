/** Those who wait for the event loop to turn, in the order they came. */
const waiting: (() => void)[] = [];
let isScheduled = false;

/**
 * Resolves after the event loop has turned once for this caller alone: of all that wait, one goes on per
 * turn, so many spinning evaluations delay the loop no longer than one.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    waiting.shift()?.();
    if (waiting.length > 0) schedule();
  });
}

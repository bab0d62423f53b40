import type { Output } from './output.js';

/** A block of lines at the end of a terminal that is drawn again and again in its place. */
export interface LiveScreen {
  draw(lines: readonly string[]): Promise<void>;
  /** Leaves the last drawing where it is and gives the cursor back. */
  close(): void;
}

const hideCursorAndKeepLines = '\x1b[?25l\x1b[?7l';
const giveCursorBack = '\x1b[?7h\x1b[?25h';

/** Lines must be fewer than the terminal has, and none wider: what has scrolled away cannot be drawn again. */
export const createLiveScreen = (output: Output): LiveScreen => {
  let drawn = 0;
  let begun = false;
  const restore = (): void => {
    if (begun) void output.write(giveCursorBack);
    begun = false;
  };
  // Also when the process ends in the middle of it.
  process.once('exit', restore);
  return {
    // A line is cleared before it is written: behind its last column, clearing would take that column away.
    async draw(lines) {
      const start = begun ? '' : hideCursorAndKeepLines;
      begun = true;
      const back = drawn === 0 ? '' : `\x1b[${drawn}A\r`;
      drawn = lines.length;
      await output.write(`${start}${back}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[J`);
    },
    close() {
      restore();
      process.off('exit', restore);
    },
  };
};

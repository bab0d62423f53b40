/** Something that can be waited for; a ring before the waiting began counts. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or at once when it has rung since the last wait, at the latest after `maxMs`. */
  wait(maxMs: number): Promise<void>;
}

export const createBell = (): Bell => {
  let rung = false;
  let wake = (): void => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(maxMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, maxMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
};

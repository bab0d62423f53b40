/**
 * A clock for the lines of one log: nanoseconds since 1970. It is set once by the system's clock and then
 * moves with the monotonic one, so that a log never goes back in time when somebody sets the clock.
 */
export const startLogClock = (): (() => bigint) => {
  const ahead = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  return () => ahead + process.hrtime.bigint();
};

/** Milliseconds since 1970; given to the store so that tests and simulations own time. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

import { userInfo } from 'node:os';
import type { Actor } from '../events/index.js';

/** Who gives the command: the name of the user that this process runs as. */
export const operatorName = (): string => {
  try {
    return userInfo().username;
  } catch (error) {
    // A user id without an entry in the user database, as containers have: still somebody.
    const uid = process.getuid?.();
    if (uid === undefined) throw error;
    return `uid-${uid}`;
  }
};

export const operatorActor = (by: string): Actor => `operator:${by}`;

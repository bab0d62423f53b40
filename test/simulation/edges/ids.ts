import { isSimulating, current } from '../world.js';

const plain = 'abcdefghijklmnopqrstuvwxyz0123456789';
let outside = 0;

/** Random text by the seed, where nanoid would ask the system. */
const text = (length: number, digits: string): string => {
  if (isSimulating()) return current().random.text(length, digits);
  outside += 1;
  return String(outside).padStart(length, '0');
};

/** Takes the place of nanoid: ids decide the order of runs of the same millisecond. */
export const simulatedIds = {
  nanoid: (length = 21) => text(length, plain),
  customAlphabet: (digits: string, length: number) => () => text(length, digits),
};

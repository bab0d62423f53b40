import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC as /proc shows it, octal. */
const closeOnExec = 0o2000000;

/**
 * Closes the descriptors above standard error that whoever started this process left open: commands would
 * inherit them. Those that Node opened are marked to be closed on exec. Only where there is a /proc.
 */
export const closeInherited = (): void => {
  for (const name of listDescriptors()) {
    const fd = Number(name);
    if (fd <= 2 || !isInheritable(fd)) continue;
    try {
      closeSync(fd);
    } catch {
      // It was the descriptor of the listing itself.
    }
  }
};

const listDescriptors = (): string[] => {
  try {
    return readdirSync('/proc/self/fd');
  } catch {
    return [];
  }
};

const isInheritable = (fd: number): boolean => {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    return false;
  }
};

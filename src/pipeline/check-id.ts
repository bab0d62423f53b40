import type { Finding } from './finding.js';
import { maxIdLength, type Registration, sources } from './job.js';

/** A file name may have this many bytes on the usual file systems. */
const maxFileNameBytes = 255;

/** A job id is the name of a folder, a part of an address and a word on a command line; it must be safe as each. */
export const checkId = ({ id, file, line }: Registration): Finding[] => {
  const problem = findProblem(id);
  if (problem === undefined) return [];
  return [
    {
      code: 'bad-id',
      message: `job id ${JSON.stringify(id)} ${problem}`,
      hint: 'use a name such as :test or :build-linux',
      file,
      line,
      near: id,
    },
  ];
};

const findProblem = (id: string): string | undefined => {
  if (id === '') return 'is empty';
  if (sources.includes(id)) return 'is the name of a source';
  if (id === '.' || id === '..') return 'is not a safe file name';
  if (id.includes('/')) return 'contains "/", which only sources may';
  if (id.includes('\\')) return 'contains "\\", so it is not a safe file name';
  if (id.startsWith('-')) return 'begins with "-", so a command line would take it for an option';
  if (unprintable.test(id)) return 'contains a control character, a line break or malformed text';
  if (id !== id.trim()) return 'begins or ends with a space';
  if (id.length > maxIdLength) return `is ${id.length} characters long, ${maxIdLength} are allowed`;
  const bytes = Buffer.byteLength(id);
  if (bytes > maxFileNameBytes) return `is ${bytes} bytes long, ${maxFileNameBytes} are allowed`;
  return undefined;
};

/** Control and format characters, separators of lines, lone surrogates and U+FFFD, which stands for a bad byte. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffd]/u;

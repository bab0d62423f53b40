/** `text` as one word of a POSIX shell, whatever is in it. Throws RangeError for NUL, which no word can hold. */
export function shellQuote(text: string): string {
  if (text.includes('\0'))
    throw new RangeError(`${JSON.stringify(text)} holds NUL, which no shell can pass on`);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

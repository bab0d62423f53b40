/** Lines of a log as the server renders them, one element each. `address` is that of the log. */
export const fetchLines = async (
  address: string,
  { from, count, signal }: { from: number; count: number; signal?: AbortSignal },
): Promise<HTMLElement[]> => {
  const text = await fetchText(`${address}/lines?from=${from}&count=${count}`, signal);
  const parsed = new DOMParser().parseFromString(text, 'text/html');
  return [...parsed.body.children] as HTMLElement[];
};

/** All that the command wrote, without times. */
export const fetchOutput = (address: string): Promise<string> => fetchText(`${address}/raw`);

const fetchText = async (address: string, signal: AbortSignal | null = null): Promise<string> => {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.text();
};

/** The number of a line, from 1. */
export const numberOf = (line: HTMLElement): number => Number(line.id.slice(1));

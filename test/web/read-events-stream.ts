/** One server-sent event as it came. */
export interface ServerSentEvent {
  readonly id: string;
  readonly data: string;
}

/** A live page as a client without a browser reads it. */
export interface LivePage {
  /** The next event that `wanted` accepts; rejects when the stream ends first. */
  next(wanted?: (event: ServerSentEvent) => boolean): Promise<ServerSentEvent>;
  close(): void;
}

export const openLivePage = async (url: string, headers: Record<string, string> = {}): Promise<LivePage> => {
  const controller = new AbortController();
  const response = await fetch(url, {
    headers: { Accept: 'text/event-stream', ...headers },
    signal: controller.signal,
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new Error(`expected an event stream, found ${response.status} ${await response.text()}`);
  }
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  return {
    async next(wanted = () => true) {
      for (;;) {
        const end = buffered.indexOf('\n\n');
        if (end === -1) {
          const { done, value } = await reader.read();
          if (done) throw new Error('the stream ended');
          buffered += value;
          continue;
        }
        const event = parse(buffered.slice(0, end));
        buffered = buffered.slice(end + 2);
        if (event !== undefined && wanted(event)) return event;
      }
    },
    close: () => controller.abort(),
  };
};

const parse = (block: string): ServerSentEvent | undefined => {
  const lines = block.split('\n');
  const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
  if (data.length === 0) return undefined;
  return { id: lines.find((line) => line.startsWith('id: '))?.slice(4) ?? '', data: data.join('\n') };
};

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type ClientRequest, get } from 'node:http';
import { fileURLToPath } from 'node:url';

/** What one request cost the process of the server, in milliseconds. */
export interface Cost {
  readonly path: string;
  /** From its first byte in to its last byte handed over. */
  readonly wallMs: number;
  /** Of all threads of the process; requests come one at a time. */
  readonly cpuMs: number;
}

export interface Fetched {
  readonly status: number;
  /** As they came over the wire, compressed. */
  readonly bytes: number;
}

export interface Usage {
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** The compiled server of the pages on a root, in a process of its own. */
export interface ServedRoot {
  readonly url: string;
  /** The number of the last event. */
  readonly head: number;
  /** Fetches paths over one connection, one at a time; the answers in their order. */
  fetchAll(paths: readonly string[]): Promise<readonly Fetched[]>;
  /** What the requests since the last question cost. */
  costs(): Promise<readonly Cost[]>;
  /** What its process has used since it began, and holds now. */
  usage(): Promise<Usage>;
  /** Keeps a run busy; what that cost the server. */
  play(runId: string, jobId: string, seconds: number): Promise<Usage>;
  /** Opens live pages and reads what they are sent; the function returned closes them. */
  openLive(paths: readonly string[]): Promise<() => void>;
  end(): Promise<void>;
}

const program = fileURLToPath(new URL('./serve-root.mjs', import.meta.url));

export const serveRoot = async (root: string): Promise<ServedRoot> => {
  const child = fork(program, [root]);
  const { url, head } = await answerOf<{ url: string; head: number }>(child);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = <Answer>(question: object): Promise<Answer> => {
    child.send(question);
    return answerOf(child);
  };
  return {
    url,
    head,
    async fetchAll(paths) {
      const answers: Fetched[] = [];
      for (const path of paths) answers.push(await fetchOnce(agent, url + path));
      return answers;
    },
    costs: async () => (await ask<{ costs: Cost[] }>({ ask: 'costs' })).costs,
    usage: () => ask<Usage>({ ask: 'usage' }),
    play: (runId, jobId, seconds) => ask<Usage>({ ask: 'play', runId, jobId, seconds }),
    async openLive(paths) {
      const requests = await Promise.all(paths.map((path) => openLive(url + path)));
      return () => {
        for (const request of requests) request.destroy();
      };
    },
    async end() {
      agent.destroy();
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
};

const answerOf = async <Answer>(child: ChildProcess): Promise<Answer> => {
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
};

const fetchOnce = (agent: Agent, url: string): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip', accept: 'text/html' };
    get(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
      response.on('error', reject);
    }).on('error', reject);
  });

const openLive = (url: string): Promise<ClientRequest> =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers: { accept: 'text/event-stream' } }, (response) => {
      response.on('error', () => undefined);
      response.resume();
      const type = String(response.headers['content-type']);
      if (response.statusCode === 200 && type.startsWith('text/event-stream')) resolve(request);
      else reject(new Error(`${url} is no live page: it answers ${response.statusCode} with ${type}`));
    });
    request.on('error', reject);
  });

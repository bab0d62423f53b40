import type { ServerResponse } from 'node:http';
import type { Observable, Subscription } from 'rxjs';
import type { StoredEvent } from '../../events/index.js';
import { BusyError } from '../errors.js';

/** The regions of a page as HTML, by id, with its title and icon among them. */
export type Regions = ReadonlyMap<string, string>;

/** A page that people look at: one for all visitors who see the same. */
export interface Topic {
  /** Visitors of the same key get the same regions. */
  readonly key: string;
  /** Whether an event may change the page. */
  concerns(event: StoredEvent): boolean;
  /** The page's live regions as they are now. */
  render(): Promise<Regions>;
  /** Changes when something that is not an event does; undefined for a page of events alone. */
  pulse?(): Promise<string>;
}

export interface HubOptions {
  readonly events$: Observable<readonly StoredEvent[]>;
  /** The highest committed event number. */
  head(): number;
  report(error: unknown): void;
  /** How long changes are gathered before the page is made anew. */
  readonly gatherMs?: number;
  /** Bytes that may wait for a slow reader; one with more is cut off, and resumes when it comes back. */
  readonly maxBufferedBytes?: number;
  readonly maxReaders?: number;
}

/** Tells open pages of their changes. */
export interface Hub {
  /**
   * Sends a topic's changes to `response` until either side ends it. A reader who has seen everything up to
   * event `after` gets the current state of the page when there are newer ones, and every later state: so
   * nothing is missed, and nothing repeated does harm. Throws BusyError.
   */
  subscribe(topic: Topic, response: ServerResponse, after: number): void;
  readonly readers: number;
  close(): void;
}

interface Reader {
  readonly response: ServerResponse;
  /** True once it has had every region; until then a change is not enough for it. */
  complete: boolean;
}

interface Room {
  readonly topic: Topic;
  readonly readers: Map<ServerResponse, Reader>;
  /** As last sent; a region that did not change is not sent again. */
  regions: Regions;
  pulse: string | undefined;
  timer: NodeJS.Timeout | undefined;
  /** True when something changed since the last render began. */
  isStale: boolean;
  flushing: Promise<void> | undefined;
}

const pulseMs = 500;
const heartbeatMs = 20_000;

export const createHub = (options: HubOptions): Hub => {
  const { gatherMs = 120, maxBufferedBytes = 512 * 1024, maxReaders = 1000 } = options;
  const rooms = new Map<string, Room>();
  let readers = 0;
  let pulseTimer: NodeJS.Timeout | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;
  let subscription: Subscription | undefined;
  let isClosed = false;
  /** On a slow disk an answer may take longer than the time until the next question. */
  let isChecking = false;

  const onEvents = (events: readonly StoredEvent[]): void => {
    for (const room of rooms.values()) {
      if (events.some((event) => room.topic.concerns(event))) schedule(room);
    }
  };

  const schedule = (room: Room): void => {
    room.timer ??= setTimeout(() => {
      room.timer = undefined;
      flush(room);
    }, gatherMs);
  };

  /** One render at a time a room; what changes during it is rendered after it. */
  const flush = (room: Room): void => {
    room.isStale = true;
    room.flushing ??= flushUntilFresh(room).finally(() => {
      room.flushing = undefined;
      if (room.isStale && room.readers.size > 0) flush(room);
    });
  };

  const flushUntilFresh = async (room: Room): Promise<void> => {
    while (room.isStale && room.readers.size > 0) {
      room.isStale = false;
      await renderAndSend(room);
    }
  };

  const renderAndSend = async (room: Room): Promise<void> => {
    const seq = options.head();
    try {
      const regions = await room.topic.render();
      const changed = [...regions].filter(([id, html]) => room.regions.get(id) !== html);
      room.regions = regions;
      const change = changed.length === 0 ? undefined : frameOf(seq, new Map(changed).values());
      const everything = frameOf(seq, regions.values());
      for (const reader of room.readers.values()) {
        const frame = reader.complete ? change : everything;
        reader.complete = true;
        if (frame !== undefined) send(reader.response, frame);
      }
    } catch (error) {
      // What was under way when the hub closed finds its store closed too.
      if (isClosed) return;
      // The page is gone or broken: its readers come back and are told so by the page itself.
      if ((error as { code?: unknown }).code !== 'not-found') options.report(error);
      for (const { response } of room.readers.values()) response.destroy();
    }
  };

  const send = (response: ServerResponse, frame: string): void => {
    if (response.writableLength > maxBufferedBytes) response.destroy();
    else response.write(frame);
  };

  const checkPulses = async (): Promise<void> => {
    if (isChecking) return;
    isChecking = true;
    try {
      for (const room of rooms.values()) await checkPulse(room);
    } finally {
      isChecking = false;
    }
  };

  const checkPulse = async (room: Room): Promise<void> => {
    try {
      const pulse = await room.topic.pulse?.();
      if (pulse === room.pulse) return;
      room.pulse = pulse;
      schedule(room);
    } catch (error) {
      if (!isClosed) options.report(error);
    }
  };

  const startTimers = (): void => {
    subscription ??= options.events$.subscribe(onEvents);
    heartbeatTimer ??= setInterval(() => {
      for (const room of rooms.values()) {
        for (const { response } of room.readers.values()) send(response, ': still here\n\n');
      }
    }, heartbeatMs);
    pulseTimer ??= setInterval(() => void checkPulses(), pulseMs);
  };

  const stopTimers = (): void => {
    subscription?.unsubscribe();
    subscription = undefined;
    clearInterval(heartbeatTimer);
    clearInterval(pulseTimer);
    heartbeatTimer = undefined;
    pulseTimer = undefined;
  };

  const leave = (room: Room, response: ServerResponse): void => {
    if (!room.readers.delete(response)) return;
    readers -= 1;
    if (room.readers.size === 0) {
      clearTimeout(room.timer);
      rooms.delete(room.topic.key);
    }
    if (readers === 0) stopTimers();
  };

  return {
    get readers() {
      return readers;
    },
    subscribe(topic, response, after) {
      // While its page was looked up the hub may have closed, or the reader left: its 'close' is over then.
      if (isClosed) response.destroy();
      if (response.destroyed) return;
      if (readers >= maxReaders) throw new BusyError(`${maxReaders} pages are open already`);
      const room = rooms.get(topic.key) ?? newRoom(topic);
      rooms.set(topic.key, room);
      room.readers.set(response, { response, complete: false });
      readers += 1;
      startTimers();
      response.once('close', () => leave(room, response));
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      });
      response.write('retry: 1000\n\n');
      if (after < options.head() || topic.pulse !== undefined) flush(room);
    },
    close() {
      isClosed = true;
      for (const room of rooms.values()) {
        clearTimeout(room.timer);
        for (const { response } of room.readers.values()) response.destroy();
      }
      rooms.clear();
      stopTimers();
    },
  };
};

const newRoom = (topic: Topic): Room => ({
  topic,
  readers: new Map(),
  regions: new Map(),
  pulse: undefined,
  timer: undefined,
  isStale: false,
  flushing: undefined,
});

/** One server-sent event; its id is the number that the browser resumes from. */
const frameOf = (seq: number, parts: Iterable<string>): string =>
  `id: ${seq}\ndata: ${[...parts].join('').replaceAll(/\r\n|\r|\n/g, '\ndata: ')}\n\n`;

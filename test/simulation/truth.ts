import type { CiEvent, StoredEvent } from '../../src/events/index.js';
import type { Content } from './edges/forge.js';
import type { Process } from './edges/processes.js';
import type { Owner } from './schedule.js';

/** An update that git accepted. */
export interface AcceptedUpdate {
  readonly ref: string;
  readonly oldSha: string;
  readonly newSha: string;
  readonly content: Content;
}

/** A push that git accepted, and how far its hook came. */
export interface AcceptedPush {
  /** Dies when it has ended, or is killed. */
  readonly hook: Owner;
  readonly repo: string;
  readonly updates: readonly AcceptedUpdate[];
  readonly atMs: number;
  /** Set once the hook has made one. */
  id: string | undefined;
  /** The spool file has its final name, or the server has answered: the push must not be lost any more. */
  reported: boolean;
}

/** One quire-ci with a run. */
export interface CiLife {
  readonly runId: string;
  readonly process: Process;
  /** Its bootstrap was answered. */
  bootstrapped: boolean;
  /** The highest number it was told is stored. */
  acknowledged: number;
  /** What it sent, by number from 1. */
  readonly events: CiEvent[];
  /** How often each command was executed, by `job/n`. */
  readonly executions: Map<string, number>;
  /** Set when something of its script, and not the server, keeps it from ending as it should. */
  disturbed: string | undefined;
  /** A cancel signal reached it. */
  canceled: boolean;
  /** An answer that it cannot go on after, though it did nothing wrong. */
  refused: string | undefined;
  /** What ends the run when nothing comes between. */
  end: 'run.succeeded' | 'run.failed' | undefined;
  /** By virtual time: the last good request that the server of each life has taken. */
  readonly contactByServer: Map<number, number>;
}

/** An event that the server told of, and when by virtual time. */
export interface Published {
  readonly event: StoredEvent;
  readonly atMs: number;
  /** Which server told of it. */
  readonly life: number;
}

/** What really happened, apart from what the server says of it. */
export class Truth {
  readonly pushes: AcceptedPush[] = [];
  readonly lives: CiLife[] = [];
  readonly published: Published[] = [];
  /** Requests of operators that were answered well. */
  readonly answered: { readonly what: 'cancel' | 'rerun'; readonly runId: string }[] = [];
  /** Lines that the server logged as warnings or errors. */
  readonly logged: string[] = [];
  /** The schedule made git fail. */
  gitFailed = false;
  /** Broken promises that were noticed on the way. */
  readonly violations: string[] = [];

  publish(event: StoredEvent, atMs: number, life: number): void {
    const last = this.published.at(-1)?.event.seq;
    if (last !== undefined && event.seq <= last)
      this.violations.push(`event ${event.seq} was published after ${last}`);
    this.published.push({ event, atMs, life });
  }

  /** When each server began to start. */
  readonly startedAtMs = new Map<number, number>();
  /** A server died between a commit and the telling of it. */
  hasUnheard = false;

  /** Which server told of an event. */
  lifeOf(seq: number): number | undefined {
    return this.published.find(({ event }) => event.seq === seq)?.life;
  }

  livesOf(runId: string): CiLife[] {
    return this.lives.filter((life) => life.runId === runId);
  }
}

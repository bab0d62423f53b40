import type { ComponentChildren } from 'preact';
import type { z } from 'zod';
import type { RunState } from '../../projections/index.js';
import type { StoredEvent } from '../events/index.js';
import type { Access } from './access.js';
import type { Identity } from './identity.js';
import type { WebOptions } from './options.js';

/**
 * All that a page is made from: the rights of its visitor, and not who that is, so that visitors of the same rights
 * can share one rendering.
 */
export interface PageContext {
  readonly options: WebOptions;
  readonly access: Access;
  /** Decoded parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Of a page, the parameters it declares, each at most once. */
  readonly query: URLSearchParams;
  /** By the server's clock, when the page is made. */
  readonly nowMs: number;
}

/** One request, after its visitor is known. */
export interface Visit extends PageContext {
  readonly identity: Identity;
  /** The same as it is by now: what is public may change while a page is open. */
  accessNow(): Promise<Access>;
  /** The path and query as asked for. */
  readonly address: string;
  /** The token for the visitor's forms; undefined for an anonymous one, who gets none. */
  readonly token: string | undefined;
}

/** A part of a page, with an id of its own. */
export interface Region {
  readonly id: string;
  readonly content: ComponentChildren;
  /** Stays as it was served, for example a form that somebody types into. */
  readonly still?: boolean;
}

/** What a page shows, before the frame is put around it. */
export interface View {
  readonly title: string;
  /** Shown by the page's icon. */
  readonly state?: RunState;
  /** True for a moment of the past: nothing on the page counts on. */
  readonly isPast?: boolean;
  /** Said by screen readers when it changes. */
  readonly announcement?: string;
  readonly regions: readonly Region[];
  /** Where in the site the page belongs. */
  readonly section?: 'runs' | 'timeline' | 'operations';
  /** Further client scripts, by file name. */
  readonly scripts?: readonly string[];
  /** The page's feed, where it has one. */
  readonly feed?: string;
  /** True where the page has buttons: they belong to the form of the frame, which holds the visitor's token. */
  readonly hasButtons?: boolean;
}

/**
 * A page: one address with three forms. HTML for people; the model as JSON for `Accept: application/json`; and
 * for `Accept: text/event-stream` the regions that changed, whenever an event changes them.
 */
export interface Page<Model = unknown> {
  /** An express path. */
  readonly path: string;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  /** The query parameters, each with one sentence. */
  readonly query?: Readonly<Record<string, string>>;
  readonly schema: z.ZodType<Model>;
  /** Reads what the page shows. Throws NotFoundError for what does not exist or may not be seen. */
  readonly load: (context: PageContext) => Model | Promise<Model>;
  readonly view: (model: Model, context: PageContext) => View;
  /** Which events may change the page; undefined, or left out, for a page that is not live. */
  readonly follows?: (context: PageContext) => ((event: StoredEvent) => boolean) | undefined;
  /** Changes when something that is not an event does, such as the size of a log. Cheap: asked twice a second. */
  readonly pulse?: (context: PageContext) => string | Promise<string>;
}

/** Declares a page, checked against its model. */
export const definePage = <Model>(page: Page<Model>): Page => page as unknown as Page;

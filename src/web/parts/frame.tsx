import type { RunState } from '../../../projections/index.js';
import type { Identity } from '../identity.js';
import type { Region, View } from '../page.js';
import { ActionForm } from './action-form.js';
import { glyphOf } from './state.js';

export interface FrameProps {
  readonly view: View;
  readonly identity: Identity;
  /** For the form of the page's buttons; undefined for an anonymous visitor. */
  readonly token: string | undefined;
  /** Where the page's changes come from; undefined for a page that does not change. */
  readonly liveAddress: string | undefined;
  readonly version: string;
  /** The address of an asset, with its digest. */
  asset(name: string): string;
}

/** The whole document around a page's regions. */
export const Frame = ({ view, identity, token, liveAddress, version, asset }: FrameProps) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>{titleOf(view)}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="htmx-config" content={htmxConfig} />
      <link rel="stylesheet" href={asset('quire.css')} />
      <link rel="icon" type="image/svg+xml" id="icon" href={asset(iconOf(view.state))} />
      {view.feed !== undefined && (
        <link rel="alternate" type="application/atom+xml" href={view.feed} title="Runs" />
      )}
      {[...clientScripts, ...(view.scripts ?? [])].map((name) => (
        <script key={name} src={asset(name)} {...(isModule(name) ? { type: 'module' } : { defer: true })} />
      ))}
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="masthead">
        <a class="wordmark" href="/">
          quire
        </a>
        <nav aria-label="Site">
          {sections.map(({ name, address, label }) => (
            <a key={name} href={address} aria-current={view.section === name ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <p class="who">{identity.kind === 'anonymous' ? 'not signed in' : identity.name}</p>
      </header>
      <main id="main" tabIndex={-1} data-past={view.isPast}>
        {view.regions.map((region) => (
          <RegionBlock key={region.id} region={region} />
        ))}
        {token !== undefined && view.hasButtons === true && <ActionForm token={token} />}
        {liveAddress !== undefined && (
          <div
            id="live"
            hidden
            {...{ 'hx-sse:connect': liveAddress, 'hx-trigger': 'load, reconnect', 'hx-swap': 'none' }}
          />
        )}
      </main>
      <p id="announcement" class="visually-hidden" role="status">
        {view.announcement}
      </p>
      <footer class="colophon">
        <p>
          quire {version}
          <span class="connection" aria-hidden="true" />
        </p>
      </footer>
    </body>
  </html>
);

export const RegionBlock = ({ region }: { region: Region }) => (
  <div id={region.id} class="region">
    {region.content}
  </div>
);

/** The title with the state's glyph before it, so that a row of tabs says how things stand. */
export const titleOf = (view: View): string =>
  `${view.state === undefined ? '' : `${glyphOf(view.state)} `}${view.title} · quire`;

export const iconOf = (state: RunState | undefined): string => `icon-${state ?? 'none'}.svg`;

/** In this order: the page's own script must listen before htmx makes its first connection. */
const clientScripts = ['page.js', 'htmx.min.js'];

const isModule = (name: string): boolean => !name.endsWith('.min.js');

const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  // What a reader has unfolded stays so.
  morphIgnore: ['data-htmx-powered', 'open'],
  extensions: 'sse',
  defaultTimeout: 15_000,
});

const sections = [
  { name: 'runs', address: '/runs', label: 'Runs' },
  { name: 'timeline', address: '/events', label: 'Timeline' },
  { name: 'operations', address: '/operations', label: 'Operations' },
] as const;

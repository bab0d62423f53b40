import { render } from 'preact-render-to-string';
import { Frame, type FrameProps, iconOf, RegionBlock, titleOf } from './parts/frame.js';
import type { View } from './page.js';

/** The whole document. */
export const renderDocument = (props: FrameProps): string => `<!doctype html>${render(<Frame {...props} />)}`;

/** The parts of a page that change, each as htmx puts it in its place: by morphing, so focus and scroll stay. */
export const renderRegions = (view: View, asset: (name: string) => string): Map<string, string> => {
  const regions = new Map<string, string>();
  regions.set('title', render(<title>{titleOf(view)}</title>));
  const icon = <link rel="icon" type="image/svg+xml" id="icon" href={asset(iconOf(view.state))} />;
  regions.set('icon', partial('icon', render(icon)));
  const announcement = (
    <p id="announcement" class="visually-hidden" role="status">
      {view.announcement}
    </p>
  );
  regions.set('announcement', partial('announcement', render(announcement)));
  for (const region of view.regions) {
    if (region.still !== true)
      regions.set(region.id, partial(region.id, render(<RegionBlock region={region} />)));
  }
  return regions;
};

/** `id` comes from the code of a page, never from outside. */
const partial = (id: string, html: string): string =>
  `<hx-partial hx-target="#${id}" hx-swap="outerMorph">${html}</hx-partial>`;

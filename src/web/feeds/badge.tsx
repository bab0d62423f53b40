import express, { type Request, type Router } from 'express';
import { render } from 'preact-render-to-string';
import type { RunState } from '../../../projections/index.js';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';
import { createDefaultRefs } from '../queries/default-ref.js';
import { findRepo } from '../queries/find-repo.js';
import { listRuns } from '../queries/list-runs.js';
import { NotFoundError } from '../errors.js';

/** `/repos/<name>/-/badge.svg`: how the default branch, or `?ref=`, stands. */
export const badges = (options: WebOptions, visitOf: (request: Request) => Promise<Visit>): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const defaultRef = createDefaultRefs(options.root, options.now);
  router.get('/repos{/:group}/:name/-/badge.svg', async (request, response) => {
    const { access, params, query } = await visitOf(request);
    const repo = params.repo!;
    findRepo(options.store.read, access, repo);
    if (!access.runs(repo)) throw new NotFoundError(`There is no repository ${repo}.`);
    const ref = query.get('ref') ?? defaultRef(repo);
    const [run] = listRuns(options.store.read, access, { repo, ref }).runs;
    // A badge is shown on pages of other sites: that is its purpose.
    response.set({ 'Cross-Origin-Resource-Policy': 'cross-origin', 'Cache-Control': 'no-cache, max-age=0' });
    response.type('image/svg+xml').send(render(<Badge state={run?.state} />));
  });
  return router;
};

const colors: Readonly<Record<RunState | 'none', string>> = {
  succeeded: '#2a6b45',
  failed: '#a92a1d',
  active: '#14598c',
  queued: '#625d55',
  canceled: '#625d55',
  superseded: '#625d55',
  none: '#625d55',
};

const Badge = ({ state }: { state: RunState | undefined }) => {
  const text = state ?? 'no run';
  const width = 42 + text.length * 7 + 12;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height="20"
      role="img"
      aria-label={`quire: ${text}`}
    >
      <title>{`quire: ${text}`}</title>
      <rect width={width} height="20" rx="2" fill="#f5f3ee" />
      <rect x="42" width={width - 42} height="20" rx="2" fill={colors[state ?? 'none']} />
      <g font-family="Palatino, Georgia, serif" font-size="13" text-anchor="middle">
        <text x="21" y="14" fill="#1f1d1a" font-style="italic">
          quire
        </text>
        <text x={42 + (width - 42) / 2} y="14" fill="#fff">
          {text}
        </text>
      </g>
    </svg>
  );
};

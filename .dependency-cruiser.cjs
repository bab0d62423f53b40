/**
 * The rooms of docs/ARCHITECTURE.md and the doors between them: imports point one way.
 * Each entry lists everything its room may import from the project, itself included.
 */
const base = ['src/lifecycle/', 'src/store/', 'projections/', 'src/events/', 'src/logs/'];
const leaves = ['src/config/', 'src/forge/', 'src/secrets/'];
const language = ['src/pipeline/', 'src/fennel/', 'src/lua/'];

const doors = {
  'projections/': ['src/events/'],
  'src/events/': [],
  'src/store/': ['projections/', 'src/events/', 'src/logs/'],
  'src/lifecycle/': ['src/store/', 'projections/', 'src/events/'],
  'src/history/': [...base, ...language, 'src/ci/'],
  'src/intake/': [...base, ...leaves],
  'src/runner/': [...base, ...leaves],
  'src/lua/': [],
  'src/fennel/': ['src/lua/'],
  'src/config/': ['src/fennel/', 'src/lua/'],
  'src/pipeline/': ['src/fennel/', 'src/lua/'],
  'src/ci/': [...language, 'src/events/', 'src/secrets/', 'src/logs/'],
  'src/forge/': [],
  'src/secrets/': [],
  'src/logs/': [],
  'src/api/': [...base, ...leaves, 'src/intake/', 'src/runner/'],
  'src/web/': [...base, ...leaves, ...language, 'src/intake/', 'src/runner/', 'src/api/', 'src/history/'],
  'src/server/': [...base, ...leaves, 'src/intake/', 'src/runner/', 'src/api/', 'src/web/'],
  'src/cli/': ['src/', 'projections/'],
  'src/bin/': ['src/cli/', 'src/ci/'],
};

const escaped = (path) => path.replaceAll('/', '\\/');

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(doors).map(([room, allowed]) => ({
      name: `doors-of-${room.replace(/\/$/, '').replaceAll('/', '-')}`,
      comment: `${room} may import only: ${allowed.join(', ') || 'nothing else here'}`,
      severity: 'error',
      from: { path: `^${escaped(room)}` },
      to: {
        path: '^(src|projections|test)\\/',
        pathNot: [room, ...allowed].map((door) => `^${escaped(door)}`),
      },
    })),
    {
      name: 'fengari-stays-in-lua',
      severity: 'error',
      from: { path: '^(src|projections)\\/', pathNot: '^src\\/lua\\/' },
      to: { path: 'node_modules\\/fengari' },
    },
    {
      name: 'sqlite-stays-in-store',
      comment: 'Only the store opens the database: there is no second way to write state.',
      severity: 'error',
      from: { path: '^(src|projections)\\/', pathNot: '^src\\/store\\/' },
      to: { path: 'node_modules\\/better-sqlite3' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)\\/' },
  },
};

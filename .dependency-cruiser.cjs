/**
 * The rooms of docs/ARCHITECTURE.md and the doors between them: imports point one way.
 * Each entry lists everything its room may import from the project, itself included.
 */
const doors = {
  'projections/': ['src/events/'],
  'src/events/': [],
  'src/store/': ['projections/', 'src/events/'],
  'src/lifecycle/': ['src/store/', 'projections/', 'src/events/'],
  'src/intake/': ['src/lifecycle/', 'src/store/', 'projections/', 'src/events/', 'src/config/', 'src/forge/'],
  'src/runner/': [
    'src/lifecycle/',
    'src/store/',
    'projections/',
    'src/events/',
    'src/config/',
    'src/forge/',
    'src/secrets/',
  ],
  'src/lua/': [],
  'src/fennel/': ['src/lua/'],
  'src/config/': ['src/fennel/', 'src/lua/'],
  'src/pipeline/': ['src/fennel/', 'src/lua/'],
  'src/ci/': ['src/pipeline/', 'src/fennel/', 'src/lua/', 'src/events/', 'src/secrets/', 'src/forge/'],
  'src/forge/': [],
  'src/secrets/': [],
  'src/api/': [
    'src/intake/',
    'src/runner/',
    'src/lifecycle/',
    'src/store/',
    'projections/',
    'src/events/',
    'src/config/',
    'src/forge/',
    'src/secrets/',
  ],
  'src/web/': [
    'src/api/',
    'src/intake/',
    'src/runner/',
    'src/lifecycle/',
    'src/store/',
    'projections/',
    'src/events/',
    'src/config/',
    'src/forge/',
    'src/pipeline/',
    'src/fennel/',
  ],
  'src/cli/': ['src/', 'projections/'],
  'src/bin/': ['src/cli/', 'src/ci/'],
};

const escape = (path) => path.replaceAll('/', '\\/');

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(doors).map(([room, allowed]) => ({
      name: `doors-of-${room.replace(/\/$/, '').replaceAll('/', '-')}`,
      comment: `${room} may import only: ${allowed.join(', ') || 'nothing else here'}`,
      severity: 'error',
      from: { path: `^${escape(room)}` },
      to: {
        path: '^(src|projections|test)\\/',
        pathNot: [room, ...allowed].map((door) => `^${escape(door)}`),
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

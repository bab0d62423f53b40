/**
 * The names Lua code finds in a sealed VM that was made with all it can have: Lua 5.3's base library without what loads
 * code or files, the libraries without a way out of the VM, and `require` and `print`, which a host gives or leaves
 * out. A host that leaves one out compiles with the names its own VM has.
 */
export const standardGlobals: readonly string[] = [
  '_G',
  '_VERSION',
  'assert',
  'coroutine',
  'error',
  'getmetatable',
  'ipairs',
  'math',
  'next',
  'pairs',
  'pcall',
  'print',
  'rawequal',
  'rawget',
  'rawlen',
  'rawset',
  'require',
  'select',
  'setmetatable',
  'string',
  'table',
  'tonumber',
  'tostring',
  'type',
  'utf8',
  'xpcall',
];

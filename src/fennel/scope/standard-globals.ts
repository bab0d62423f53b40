/**
 * The names Lua code finds in the sealed VM: Lua 5.3's base library without what loads code or files, the libraries
 * without a way out of the VM, and `require` and `print`, which a host provides or leaves out.
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

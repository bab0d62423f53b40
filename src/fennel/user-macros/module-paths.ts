/**
 * Where the module `name` of `import-macros` is looked for, relative to the root of the code, in this order. None for
 * a name that is no dotted path of plain file names.
 */
export function macroModulePaths(name: string): string[] {
  const parts = name.split('.');
  if (parts.some((part) => part === '' || /[/\\\x00-\x1f\x7f:]/.test(part))) return [];
  const path = parts.join('/');
  return [`${path}.fnlm`, `${path}/init.fnlm`, `${path}.fnl`, `${path}/init-macros.fnl`, `${path}/init.fnl`];
}

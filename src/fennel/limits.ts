/** What one compilation may use. */
export interface CompileLimits {
  /** How deeply forms may be nested once macros are expanded. */
  readonly nesting: number;
  /** How often one form may be replaced by another macro call before it is something else. */
  readonly successiveExpansions: number;
  /** Expansions of macros in all. */
  readonly expansions: number;
  /** Nodes that macros written in the code may make in all. */
  readonly expandedNodes: number;
  /** CPU milliseconds for all macro code together. */
  readonly macroCpuMs: number;
  /** Bytes of memory that macro code may take. */
  readonly macroMemoryBytes: number;
}

export const defaultCompileLimits: CompileLimits = {
  nesting: 500,
  successiveExpansions: 1000,
  expansions: 1_000_000,
  expandedNodes: 5_000_000,
  macroCpuMs: 10_000,
  macroMemoryBytes: 512 * 1024 * 1024,
};

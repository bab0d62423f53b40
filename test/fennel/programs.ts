/** A program and what it evaluates to. */
export interface Program {
  readonly name: string;
  readonly source: string;
  readonly values: readonly unknown[];
}

export const programs: readonly Program[] = [
  {
    name: 'matrix of builds',
    source: `
(local versions [:18 :20 :22])
(local systems [:linux :mac])
(fn combinations [xs ys]
  (let [out []]
    (each [_ x (ipairs xs)]
      (each [_ y (ipairs ys)]
        (table.insert out (.. x "-" y))))
    out))
(table.concat (combinations systems versions) " ")`,
    values: ['linux-18 linux-20 linux-22 mac-18 mac-20 mac-22'],
  },
];

;; Uses a module of macros that lies beside it.
(import-macros {: assert-eq : times :thread-all ->all} :support.macros)
(import-macros m :support.macros)

(local log [])
(fn note [x] (table.insert log x) x)

(times [i 3]
  (note (* i i)))

(->all note
  (+ 1 1)
  (.. :a :b))

(assert-eq (+ 1 1) 2)
(local (ok? problem) (pcall #(assert-eq (+ 1 1) 3)))

(m.when-let [x (. log 1)]
  (note (.. "first " x)))
(m.when-let [x (. log 100)]
  (note :never))

[log ok? problem (m.version)]

;; expect
;; [[1 4 9 2 "ab" "first 1"] false "(+ 1 1) is 2, expected 3" "1.0"]

;; Macros from a module beside the program: some by name, the rest under a prefix.

(import-macros {: while-let : swap! :unless not-when} :lib.flow
               flow :lib.flow)

(local log [])
(fn note [...] (table.insert log (table.concat [...] " ")))

(fn drain [queue]
  (while-let [item (table.remove queue 1)]
    (note "item" item)
    (when (= item "two")
      (table.insert queue "extra"))))

(drain ["one" "two" "three"])

(var (left right) (values "L" "R"))
(swap! left right)

(not-when (= left "L") (note "left is" left) (note "done"))

(fn describe [n]
  (flow.cond-> [n]
    (< n 0) (doto (table.insert "negative"))
    (= 0 (% n 2)) (doto (table.insert "even"))
    (< 100 n) (doto (table.insert "large"))))

(var total 0)
(flow.repeat-times 3
  (set total (+ total 1))
  (set total (* total 2)))

;; A name used inside the macros means nothing here.
(local tmp 7)
(local value 8)
(var (p q) (values tmp value))
(swap! p q)

(values log [left right]
        (icollect [_ n (ipairs [-2 3 4 102])] (table.concat (describe n) " "))
        total [p q tmp value])

;; expect
;; ["item one" "item two" "item three" "item extra" "left is R" "done"]
;; ["R" "L"]
;; ["-2 negative even" "3" "4 even" "102 even large"]
;; 14
;; [8 7 7 8]

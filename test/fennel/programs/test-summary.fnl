;; Reads the output of a test runner and sums it up.
(local output "ok 1 - opens the store
ok 2 - appends an event
not ok 3 - refuses a gap
ok 4 - reads backwards # SKIP slow
not ok 5 - folds a run # TODO later
1..5")

(fn parse-line [line]
  (case (line:match "^(n?o?t? ?ok) (%d+) %- (.*)$")
    (status number rest)
    (let [(title directive) (rest:match "^(.-) # (%u+)")]
      {:ok? (= status "ok")
       :number (tonumber number)
       :title (or title rest)
       : directive})
    _ nil))

(fn outcome [{: ok? : directive}]
  (case (values directive ok?)
    (:SKIP _) :skipped
    (:TODO false) :expected
    (_ true) :passed
    _ :failed))

(local results (icollect [line (output:gmatch "[^\n]+")] (parse-line line)))
(local counts {:passed 0 :failed 0 :skipped 0 :expected 0})
(local failures [])
(each [_ result (ipairs results)]
  (let [kind (outcome result)]
    (tset counts kind (+ (. counts kind) 1))
    (when (= kind :failed)
      (table.insert failures (string.format "%d: %s" result.number result.title)))))

{: counts : failures :planned (tonumber (output:match "1%.%.(%d+)"))}

;; expect
;; {:counts {:expected 1 :failed 1 :passed 2 :skipped 1} :failures ["3: refuses a gap"] :planned 5}

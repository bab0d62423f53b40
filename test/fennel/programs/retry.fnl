;; Tries something again, waiting longer each time; gives up in the end.
(local waits [])
(fn wait [seconds] (table.insert waits seconds))

(fn retry [{: times :first delay} action]
  (fn attempt [n delay]
    (case (pcall action n)
      (true result) (values result n)
      (where (false problem) (>= n times)) (values nil problem)
      _ (do
          (wait delay)
          (attempt (+ n 1) (* delay 2)))))
  (attempt 1 delay))

(fn flaky [n]
  (if (< n 3)
      (error {:reason :busy :attempt n})
      (.. "done on attempt " n)))

(fn hopeless [n]
  (error (.. "attempt " n " failed") 0))

(local (result attempts) (retry {:times 5 :first 1} flaky))
(local (nothing problem) (retry {:times 2 :first 10} hopeless))
[result attempts nothing problem waits]

;; expect
;; {1 "done on attempt 3" 2 3 4 "attempt 2 failed" 5 [1 2 10]}

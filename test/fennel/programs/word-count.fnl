;; Counts words and ranks them.
(local text "the run waits, the run starts, the job runs; a job ends and the run ends")

(fn words [s] (icollect [w (s:gmatch "%a+")] (w:lower)))

(fn count [list]
  (let [counts {}]
    (each [_ w (ipairs list)]
      (tset counts w (+ 1 (or (. counts w) 0))))
    counts))

(fn rank [counts]
  (doto (icollect [word n (pairs counts)] {: word : n})
    (table.sort #(if (= $1.n $2.n) (< $1.word $2.word) (> $1.n $2.n)))))

(fn take [n list]
  (fcollect [i 1 (math.min n (length list))] (. list i)))

(->> (words text)
     count
     rank
     (take 4)
     (#(icollect [_ {: word : n} (ipairs $)] (.. word "=" n))))

;; expect
;; ["the=4" "run=3" "ends=2" "job=2"]

;; Sums durations by job from comma separated lines.
(local csv "job,state,ms
test,succeeded,1200
build,succeeded,800
test,failed,300
lint,succeeded,150
build,succeeded,1000")

(fn split [s sep]
  (icollect [part (: (.. s sep) :gmatch (.. "(.-)" sep))] part))

(fn rows [text]
  (let [[header & lines] (split text "\n")
        names (split header ",")]
    (icollect [_ line (ipairs lines)]
      (collect [i value (ipairs (split line ","))]
        (values (. names i) (or (tonumber value) value))))))

(fn summarise [rows]
  (accumulate [all {} _ {: job : state : ms} (ipairs rows)]
    (let [entry (or (. all job) {:runs 0 :failed 0 :ms 0})]
      (set entry.runs (+ entry.runs 1))
      (set entry.ms (+ entry.ms ms))
      (when (not= state :succeeded)
        (set entry.failed (+ entry.failed 1)))
      (tset all job entry)
      all)))

(let [summary (summarise (rows csv))]
  (collect [job {: runs : failed : ms} (pairs summary)]
    job (string.format "%d runs, %d failed, %d ms on average" runs failed (// ms runs))))

;; expect
;; {:build "2 runs, 0 failed, 900 ms on average" :lint "1 runs, 0 failed, 150 ms on average" :test "2 runs, 1 failed, 750 ms on average"}

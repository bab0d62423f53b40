;; Stamped log lines, whole and in parts, put together again.
(local log
  ["2026-11-22T10:00:00.000000001Z stdout F starting"
   "2026-11-22T10:00:00.000000002Z stdout P half a "
   "2026-11-22T10:00:00.000000003Z stderr F a warning"
   "2026-11-22T10:00:00.000000004Z stdout F line"
   "2026-11-22T10:00:00.000000005Z stderr P unfinished"])

(fn parse [line]
  (case (line:match "^(%S+) (%a+) ([FP]) (.*)$")
    (time stream flag text) {: time : stream :whole? (= flag :F) : text}
    _ (error (.. "no log line: " line) 0)))

(fn assemble [lines]
  (let [open {}
        out []]
    (each [_ line (ipairs lines)]
      (let [{: stream : whole? : text : time} (parse line)
            started (or (. open stream) {: time :text ""})]
        (set started.text (.. started.text text))
        (if whole?
            (do (table.insert out [stream started.text])
                (tset open stream nil))
            (tset open stream started))))
    (each [stream {: text} (pairs open)]
      (table.insert out [stream text :open]))
    out))

(local lines (assemble log))
{:lines (icollect [_ [stream text open] (ipairs lines)] (.. stream ": " text (if open "..." "")))
 :bytes (accumulate [n 0 _ l (ipairs log)] (+ n (length (. (parse l) :text))))
 :bad (select 2 (pcall parse "not a line"))}

;; expect
;; {:bad "no log line: not a line" :bytes 38 :lines ["stdout: starting" "stderr: a warning" "stdout: half a line" "stderr: unfinished..."]}

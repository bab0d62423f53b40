;; Says in words what became of each command, by the shape of its result.

(fn lines [text]
  (icollect [line (string.gmatch text "[^\n]+")]
    line))

(fn describe [result]
  (case result
    {:exit 0 :stdout ""} "quiet success"
    {:exit 0 : stdout} (.. "success: " (. (lines stdout) 1))
    {:exit 124 :cmd [program]} (.. program " ran out of time")
    (where {: exit :cmd [program & rest]} (< 128 exit))
    (string.format "%s died of signal %d with %d arguments" program (- exit 128) (length rest))
    (where {: exit : stderr} (stderr:find "No such file"))
    (.. "missing file, exit " exit)
    {: exit :stderr err} (.. "failed (" exit "): " (or (. (lines err) 1) "no message"))
    [:skipped ?reason] (.. "skipped" (if ?reason (.. " because " ?reason) ""))
    (where (or :pending :queued)) "not started"
    nil "nothing"
    _ "unknown"))

(local results
       [{:exit 0 :stdout ""}
        {:exit 0 :stdout "built 12 files\ndone\n"}
        {:exit 124 :cmd ["sleep" "99"]}
        {:exit 137 :cmd ["cargo" "test" "--all"]}
        {:exit 2 :stderr "cat: x: No such file or directory\n" :cmd ["cat" "x"]}
        {:exit 1 :stderr "\nboom\nmore"}
        {:exit 3 :stderr ""}
        [:skipped "no changes"]
        [:skipped]
        :queued
        "else"
        {:exit "?"}])

(fn tally [words]
  (accumulate [counts {}
               _ text (ipairs words)]
    (let [word (text:match "^%a+")]
      (tset counts word (+ (or (. counts word) 0) 1))
      counts)))

(local words (icollect [_ result (ipairs results)] (describe result)))

(values words (describe nil) (tally words))

;; expect
;; ["quiet success" "success: built 12 files" "sleep ran out of time" "cargo died of signal 9 with 2 arguments" "missing file, exit 2" "failed (1): boom" "failed (3): no message" "skipped because no changes" "skipped" "not started" "unknown" "unknown"]
;; "nothing"
;; {:cargo 1 :failed 2 :missing 1 :not 1 :quiet 1 :skipped 2 :sleep 1 :success 1 :unknown 2}

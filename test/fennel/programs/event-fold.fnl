;; Folds events to the rows of runs and jobs.
(local events
  [{:type :run.queued :run 1 :ref "main"}
   {:type :run.started :run 1 :at 10}
   {:type :job.started :run 1 :job :build :at 11}
   {:type :run.queued :run 2 :ref "topic"}
   {:type :job.succeeded :run 1 :job :build :at 15}
   {:type :job.started :run 1 :job :test :at 15}
   {:type :job.failed :run 1 :job :test :at 21 :exit 2}
   {:type :run.failed :run 1 :at 22}
   {:type :run.superseded :run 2 :by 3}])

(fn job-key [{: run : job}] (.. run "/" job))

(fn fold [rows event]
  (case event
    {:type :run.queued : run : ref}
    (tset rows.runs run {:state :queued : ref})
    {:type :run.started : run : at}
    (doto (. rows.runs run) (tset :state :active) (tset :started at))
    (where {:type kind : run} (kind:match "^run%."))
    (doto (. rows.runs run)
      (tset :state (kind:sub 5))
      (tset :finished event.at))
    {:type :job.started : at}
    (tset rows.jobs (job-key event) {:state :active :started at})
    (where {:type kind : at} (kind:match "^job%."))
    (let [row (. rows.jobs (job-key event))]
      (set (row.state row.ms row.exit) (values (kind:sub 5) (- at row.started) event.exit))))
  rows)

(accumulate [rows {:runs {} :jobs {}} _ event (ipairs events)]
  (fold rows event))

;; expect
;; {:jobs {:1/build {:ms 4 :started 11 :state "succeeded"} :1/test {:exit 2 :ms 6 :started 15 :state "failed"}} :runs [{:finished 22 :ref "main" :started 10 :state "failed"} {:ref "topic" :state "superseded"}]}

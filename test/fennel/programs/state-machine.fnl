;; The life of a run as a table of transitions, folded over events; illegal events are refused with a reason.

(local transitions
       {:queued {:start :active :cancel :canceled :supersede :superseded :fail :failed}
        :active {:succeed :succeeded :fail :failed :cancel :canceled :supersede :superseded}})

(fn terminal? [state]
  (= nil (. transitions state)))

(fn step [run event]
  (case (?. transitions run.state event.type)
    next-state (values (collect [k v (pairs run) &into {}]
                         (case k
                           :state (values :state next-state)
                           :history (values k (icollect [_ h (ipairs v) &into [event.type]] h))
                           _ (values k v))))
    nil (values nil
                (string.format "%s is not possible for a run that is %s%s"
                               event.type run.state
                               (if (terminal? run.state) ", which is final" "")))))

(fn replay [events]
  (accumulate [(run refusals) (values {:state :queued :history [] :id 1} [])
               _ event (ipairs events)]
    (case (step run event)
      next-run (values next-run refusals)
      (nil reason) (do
                     (table.insert refusals reason)
                     (values run refusals)))))

(fn events-of [...]
  (icollect [_ type (ipairs [...])] {: type}))

(local reachable
       (let [seen {:queued true}]
         (fn visit [state]
           (each [_ target (pairs (or (. transitions state) {}))]
             (when (not (. seen target))
               (tset seen target true)
               (visit target))))
         (visit :queued)
         (doto (icollect [state (pairs seen)] state)
           (table.sort))))

(local (run refusals) (replay (events-of :succeed :start :start :succeed :cancel)))

(values run refusals reachable
        (icollect [_ state (ipairs reachable)] (when (terminal? state) state))
        (. (replay (events-of)) :state))

;; expect
;; {:history ["succeed" "start"] :id 1 :state "succeeded"}
;; ["succeed is not possible for a run that is queued" "start is not possible for a run that is active" "cancel is not possible for a run that is succeeded, which is final"]
;; ["active" "canceled" "failed" "queued" "succeeded" "superseded"]
;; ["canceled" "failed" "succeeded" "superseded"]
;; "queued"

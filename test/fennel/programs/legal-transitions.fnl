;; Legal transitions as data, illegal ones refused with a reason.
(local transitions
  {:queued {:claim :active :cancel :canceled :supersede :superseded}
   :active {:finish :succeeded :fail :failed :cancel :canceled}})

(fn terminal? [state] (= nil (. transitions state)))

(fn step [run event]
  (let [{: state : history} run]
    (case (?. transitions state event)
      next-state (do
                   (table.insert history (.. state "->" next-state))
                   (set run.state next-state)
                   (values run nil))
      nil (values nil (.. (if (terminal? state) "nothing leaves " "no way from ")
                          state " by " event)))))

(fn drive [events]
  (let [run {:state :queued :history []}
        problems []]
    (each [_ event (ipairs events)]
      (let [(_ problem) (step run event)]
        (when problem (table.insert problems problem))))
    [run.state run.history problems]))

[(drive [:claim :finish])
 (drive [:finish :claim :cancel :fail])]

;; expect
;; [["succeeded" ["queued->active" "active->succeeded"] {}] ["canceled" ["queued->active" "active->canceled"] ["no way from queued by finish" "nothing leaves canceled by fail"]]]

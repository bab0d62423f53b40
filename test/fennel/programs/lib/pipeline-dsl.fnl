;; A notation for pipelines: (pipeline (job :name [inputs] body…) …) becomes a table of jobs.

(fn job? [form]
  (and (list? form) (= `job (. form 1))))

(fn expand-job [form]
  (assert-compile (job? form) "expected (job name [inputs] body)" form)
  (let [[_ name inputs & body] form]
    (assert-compile (= :string (type name)) "expected a job name" form)
    (assert-compile (sequence? inputs) (.. "expected inputs of " name) form)
    `{:id ,name
      :inputs ,inputs
      :source ,(table.concat (icollect [_ step (ipairs body)] (view step {:one-line? true})) " ")
      :run (fn [,(sym :sh)] ,(unpack body))}))

(fn pipeline [...]
  (let [jobs (icollect [_ form (ipairs [...])] (expand-job form))]
    `(let [jobs# ,jobs
           by-id# {}]
       (each [_# job# (ipairs jobs#)]
         (assert (= nil (. by-id# job#.id)) (.. "duplicate job " job#.id))
         (tset by-id# job#.id job#))
       {:jobs jobs# :by-id by-id#})))

{: pipeline}

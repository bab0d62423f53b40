;; What a pipeline registers, checked before anything runs.
(local registered [])
(local problems [])
(local ci {})

(fn ci.job [id inputs ...]
  (let [(options run) (case (values (select :# ...) ...)
                        (1 f) (values {} f)
                        (2 o f) (values o f))]
    (table.insert registered {: id : inputs : options : run})))

(ci.job :build [:push] #:built)
(ci.job :test [:build] {:retry 2} #:tested)
(ci.job :lint [:push] {:allow-failure true} #:linted)
(ci.job :publish [:test :sign] #:published)
(ci.job :a/b [:push] #nil)
(ci.job :test [:push] #nil)
(ci.job :orphan [] #nil)

(local ids (collect [_ {: id} (ipairs registered)] id true))
(local seen {})
(each [_ {: id : inputs} (ipairs registered)]
  (fn problem [text ...] (table.insert problems (.. id ": " (string.format text ...))))
  (when (id:find "/") (problem "an id has no slash"))
  (when (. seen id) (problem "is registered twice"))
  (tset seen id true)
  (when (= 0 (length inputs)) (problem "has no inputs"))
  (each [_ input (ipairs inputs)]
    (when (not (or (= input :push) (. ids input)))
      (problem "unknown input %s" input))))

{: problems
 :retries (accumulate [n 0 _ {: options} (ipairs registered)] (+ n (or options.retry 0)))
 :tolerant (icollect [_ {: id : options} (ipairs registered)] (when options.allow-failure id))}

;; expect
;; {:problems ["publish: unknown input sign" "a/b: an id has no slash" "test: is registered twice" "orphan: has no inputs"] :retries 2 :tolerant ["lint"]}

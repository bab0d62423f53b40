;; A pipeline written in the notation of lib/pipeline-dsl.fnl, run with a stand-in for sh.

(import-macros {: pipeline} :lib.pipeline-dsl)

(local p
       (pipeline
         (job :fetch []
           (sh "git fetch"))
         (job :test [:fetch]
           (let [result (sh "npm test")]
             (when (= 0 result.exit)
               (sh "npm run report"))))
         (job :deploy [:test]
           (case (sh "deploy")
             {:exit 0} :shipped
             {: exit} (values nil exit)))))

(fn run [p exits]
  (let [commands [] outcomes {}]
    (fn sh [command]
      (table.insert commands command)
      {: command :exit (or (. exits command) 0)})
    (fn allowed? [job]
      (accumulate [ok true _ input (ipairs job.inputs) &until (not ok)]
        (= :done (. outcomes input))))
    (each [_ job (ipairs p.jobs)]
      (tset outcomes job.id
            (if (not (allowed? job)) :skipped
                (case (table.pack (job.run sh))
                  [:shipped] :done
                  {:n 2 1 nil 2 code} (.. "failed " code)
                  (where [{: exit}] (not= 0 exit)) (.. "exit " exit)
                  _ :done))))
    (values commands outcomes)))

(values [(run p {})]
        [(run p {"deploy" 3})]
        (icollect [_ {: id : inputs : source} (ipairs p.jobs)]
          [id (length inputs) source])
        (= p.by-id.test (. p.jobs 2))
        (let [(_ message) (pcall #(pipeline (job :a [] 1) (job :a [] 2)))]
          (message:match "duplicate job %a$")))

;; expect
;; [["git fetch" "npm test" "npm run report" "deploy"] {:deploy "done" :fetch "done" :test "done"}]
;; [["git fetch" "npm test" "npm run report" "deploy"] {:deploy "failed 3" :fetch "done" :test "done"}]
;; [["fetch" 0 "(sh \"git fetch\")"] ["test" 1 "(let [result (sh \"npm test\")] (when (= 0 result.exit) (sh \"npm run report\")))"] ["deploy" 1 "(case (sh \"deploy\") {:exit 0} \"shipped\" {:exit exit} (values nil exit))"]]
;; true
;; "duplicate job a"

;; Cooperative tasks: sleeping, waiting for one another, and failing without taking the others down.

(fn make-scheduler []
  {:clock 0 :tasks [] :log []})

(fn note [scheduler ...]
  (table.insert scheduler.log (string.format "%d %s" scheduler.clock (table.concat [...] " "))))

(fn spawn [scheduler name body]
  (let [task {: name :wake 0 :thread (coroutine.create body)}]
    (table.insert scheduler.tasks task)
    task))

(fn sleep [ticks] (coroutine.yield :sleep ticks))
(fn wait-for [task] (coroutine.yield :wait task))

(fn ready? [scheduler {: wake : waiting : done?}]
  (and (not done?)
       (<= wake scheduler.clock)
       (or (= nil waiting) waiting.done?)))

(fn run-task [scheduler task]
  (let [result (if task.waiting task.waiting.result nil)]
    (set task.waiting nil)
    (case (coroutine.resume task.thread result)
      (false problem) (do (set task.done? true)
                          (set task.failed problem)
                          (note scheduler task.name "failed:" (tostring problem)))
      (true :sleep ticks) (set task.wake (+ scheduler.clock ticks))
      (true :wait other) (set task.waiting other)
      (true ?value) (do (set task.done? true)
                        (set task.result ?value)
                        (note scheduler task.name "done")))))

(fn pending? [scheduler]
  (accumulate [any? false _ task (ipairs scheduler.tasks) &until any?]
    (not task.done?)))

(fn run [scheduler ?max-ticks]
  (while (and (pending? scheduler) (< scheduler.clock (or ?max-ticks 100)))
    (each [_ task (ipairs scheduler.tasks)]
      (when (ready? scheduler task)
        (run-task scheduler task)))
    (set scheduler.clock (+ scheduler.clock 1)))
  scheduler)

(local s (make-scheduler))

(local build (spawn s "build" (fn []
                                (note s "compiling")
                                (sleep 3)
                                (note s "linking")
                                (sleep 1)
                                "app.bin")))

(local lint (spawn s "lint" (fn []
                              (sleep 2)
                              (error "3 warnings" 0))))

(local test (spawn s "test" (fn []
                              (let [artifact (wait-for build)]
                                (note s "testing" artifact)
                                (for [i 1 2]
                                  (sleep 1)
                                  (note s "case" i)))
                              (values true 2))))

(run s)

(values s.log
        (icollect [_ {: name : failed} (ipairs s.tasks)] (.. name (if failed "!" "")))
        build.result
        (coroutine.status test.thread)
        s.clock)

;; expect
;; ["0 compiling" "2 lint failed: 3 warnings" "3 linking" "4 build done" "4 testing app.bin" "5 case 1" "6 case 2" "6 test done"]
;; ["build" "lint!" "test"]
;; "app.bin"
;; "dead"
;; 7

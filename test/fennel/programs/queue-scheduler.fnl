;; Round robin over repositories, oldest first within each.
(fn make-queue []
  {:repos [] :waiting {}})

(fn push [queue repo run]
  (when (= nil (. queue.waiting repo))
    (tset queue.waiting repo [])
    (table.insert queue.repos repo))
  (table.insert (. queue.waiting repo) run)
  queue)

(fn pop [queue]
  (var found nil)
  (for [_ 1 (length queue.repos) &until found]
    (let [repo (table.remove queue.repos 1)
          runs (. queue.waiting repo)]
      (table.insert queue.repos repo)
      (when (< 0 (length runs))
        (set found (.. repo "#" (table.remove runs 1))))))
  found)

(local queue (-> (make-queue)
                 (push :api 1) (push :api 2) (push :api 3)
                 (push :web 1)
                 (push :docs 1) (push :docs 2)))

(local served [])
(var next-run (pop queue))
(while next-run
  (table.insert served next-run)
  (set next-run (pop queue)))
served

;; expect
;; ["api#1" "web#1" "docs#1" "api#2" "docs#2" "api#3"]

;; Coroutines as generators: infinite sequences, and a pipeline that maps, filters and takes.

(fn generator [f]
  (coroutine.wrap (fn [] (f coroutine.yield))))

(fn naturals [?from]
  (generator (fn [yield]
               (var n (or ?from 1))
               (while true
                 (yield n)
                 (set n (+ n 1))))))

(fn map [f source]
  (generator (fn [yield]
               (each [value source]
                 (yield (f value))))))

(fn filter [keep? source]
  (generator (fn [yield]
               (each [value source]
                 (when (keep? value) (yield value))))))

(fn take [count source]
  (generator (fn [yield]
               (for [_ 1 count]
                 (case (source)
                   value (yield value))))))

(fn collect-all [source]
  (icollect [value source] value))

(fn tree-walk [tree]
  (fn walk [yield [left value right]]
    (when left (walk yield left))
    (yield value)
    (when right (walk yield right)))
  (generator #(walk $ tree)))

(fn zip [a b]
  (generator (fn [yield]
               (var open? true)
               (while open?
                 (case (values (a) (b))
                   (x y) (yield [x y])
                   _ (set open? false))))))

(local log [])

(fn noisy []
  (generator (fn [yield]
               (table.insert log "start")
               (yield 1)
               (table.insert log "between")
               (yield 2)
               (table.insert log "end"))))

(local lazy (noisy))
(table.insert log "made")
(local first-value (lazy))
(table.insert log (.. "got " first-value))
(lazy)
(lazy)

(values (->> (naturals) (filter #(= 0 (% $ 3))) (map #(* $ $)) (take 4) (collect-all))
        (collect-all (tree-walk [[nil 1 [nil 2 nil]] 3 [nil 4 [nil 5 nil]]]))
        (collect-all (zip (naturals 10) (take 3 (naturals))))
        log
        (pcall lazy))

;; expect
;; [9 36 81 144]
;; [1 2 3 4 5]
;; [[10 1] [11 2] [12 3]]
;; ["made" "start" "got 1" "between" "end"]
;; false
;; "cannot resume dead coroutine"

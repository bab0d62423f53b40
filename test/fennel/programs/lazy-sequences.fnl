;; Lazy sequences by coroutines.
(fn generate [f ...]
  (let [args [...]]
    (coroutine.wrap #(f (table.unpack args)))))

(fn naturals [from]
  (generate (fn [start]
              (var n start)
              (while true
                (coroutine.yield n)
                (set n (+ n 1))))
            from))

(fn filter [keep? source]
  (generate #(each [x source]
               (when (keep? x) (coroutine.yield x)))))

(fn transform [f source]
  (generate #(each [x source] (coroutine.yield (f x)))))

(fn take [n source]
  (fcollect [_ 1 n] (source)))

(fn zip [a b]
  (generate (fn []
              (each [x a]
                (let [y (b)]
                  (when (not= y nil) (coroutine.yield [x y])))))))

[(->> (naturals 1) (filter #(= 1 (% $ 3))) (transform #(* $ $)) (take 4))
 (take 3 (zip (naturals 10) (transform #(.. "n" $) (naturals 1))))]

;; expect
;; [[1 16 49 100] [[10 "n1"] [11 "n2"] [12 "n3"]]]

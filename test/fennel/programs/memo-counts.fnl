;; Remembers results, by any number of arguments.
(local calls {:fib 0 :path 0})

(fn memoize [f]
  (let [known {}]
    (fn [...]
      (let [key (table.concat (icollect [_ x (ipairs [...])] (tostring x)) "|")]
        (case (. known key)
          result result
          nil (let [result (f ...)]
                (tset known key result)
                result))))))

(var fib nil)
(set fib (memoize (fn [n]
                    (set calls.fib (+ calls.fib 1))
                    (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))))

(var paths nil)
(set paths (memoize (fn [x y]
                      (set calls.path (+ calls.path 1))
                      (if (or (= x 0) (= y 0)) 1
                          (+ (paths (- x 1) y) (paths x (- y 1)))))))

[(fib 40) calls.fib (paths 10 10) calls.path]

;; expect
;; [102334155 41 184756 120]

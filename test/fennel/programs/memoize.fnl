;; Memoizing functions of one and of many arguments, and counting what was really computed.

(local nothing {})

(fn memoize [f]
  (let [cache {}]
    (fn [x]
      (let [key (if (= x nil) nothing x)]
        (when (= nil (. cache key))
          (tset cache key (f x)))
        (. cache key)))))

(fn memoize-many [f]
  "Keeps a tree of arguments; the results of a call are stored at its leaf."
  (let [root {}]
    (fn [...]
      (let [count (select :# ...)
            leaf (faccumulate [node root i 1 count]
                   (let [key (case (select i ...) value value _ nothing)]
                     (when (not (?. node :children))
                       (set node.children {}))
                     (when (not (. node.children key))
                       (tset node.children key {}))
                     (. node.children key)))]
        (when (not leaf.results)
          (set leaf.results (table.pack (f ...))))
        (table.unpack leaf.results 1 leaf.results.n)))))

(var calls 0)

(var fib nil)
(set fib (memoize (fn [n]
                    (set calls (+ calls 1))
                    (if (< n 2) n
                        (+ (fib (- n 1)) (fib (- n 2)))))))

(var combinations 0)
(local choose
       (do
         (var self nil)
         (set self (memoize-many (fn [n k]
                                   (set combinations (+ combinations 1))
                                   (if (or (= k 0) (= k n)) 1
                                       (+ (self (- n 1) (- k 1)) (self (- n 1) k))))))
         self))

(var argument-calls 0)
(local describe (memoize-many (fn [...]
                                (set argument-calls (+ argument-calls 1))
                                (values (select :# ...) ...))))

(local first-result [(describe 1 nil 3)])
(local second-result [(describe 1 nil 3)])
(describe 1)
(describe 1 nil)
(describe 1)

(values (fib 40) calls
        (choose 12 5) combinations
        (= (. first-result 4) (. second-result 4) 3)
        (select :# (describe 1 nil))
        argument-calls)

;; expect
;; 102334155
;; 41
;; 792
;; 47
;; true
;; 3
;; 3

;; Closures: each iteration has its own variables, counters share state, functions compose and carry partial arguments.

(fn counter [?start]
  (var n (or ?start 0))
  {:next (fn [] (set n (+ n 1)) n)
   :reset #(set n $)
   :peek #n})

(fn compose [...]
  (let [functions [...]]
    (fn [...]
      (let [packed (table.pack ...)]
        (var results packed)
        (for [i (length functions) 1 -1]
          (set results (table.pack ((. functions i) (table.unpack results 1 results.n)))))
        (table.unpack results 1 results.n)))))

(fn once [f]
  (var called? false)
  (var value nil)
  (fn [...]
    (when (not called?)
      (set called? true)
      (set value (f ...)))
    value))

(fn curry [arity f]
  (fn collecting [given]
    (fn [x]
      (let [all (icollect [_ v (ipairs given)] v)]
        (table.insert all x)
        (if (= arity (length all))
            (f (table.unpack all))
            (collecting all)))))
  (collecting []))

(local c (counter 10))
(c.next)
(c.next)
(local other (counter))
(other.next)
(local before (c.peek))
(c.reset 3)

(local in-each (icollect [_ name (ipairs [:a :b :c])] #(.. name "!")))
(local in-for (fcollect [i 1 3] (fn [] (* i i))))
(local in-while [])
(var i 0)
(while (< i 3)
  (let [copy i]
    (table.insert in-while #copy))
  (set i (+ i 1)))
(local shared [])
(each [_ n (ipairs [1 2 3])]
  (table.insert shared #(values i n)))
(set i 42)

(fn call-all [functions]
  (icollect [_ f (ipairs functions)] (f)))

(var evaluations 0)
(local expensive (once (fn [x] (set evaluations (+ evaluations 1)) (* x 100))))

(values before (c.next) (other.peek)
        (call-all in-each) (call-all in-for) (call-all in-while)
        (call-all shared)
        ((compose #(+ $ 1) #(* $1 $2)) 6 7)
        ((compose) 1 2 3)
        [(expensive 5) (expensive 6) evaluations]
        ((((curry 3 #(.. $1 $2 $3)) "a") "b") "c")
        ((partial math.max 5) 3 9 1)
        ((partial #(select :# $...) nil 1) nil nil))

;; expect
;; 12
;; 4
;; 1
;; ["a!" "b!" "c!"]
;; [1 4 9]
;; [0 1 2]
;; [42 42 42]
;; 43
;; 1
;; [500 500 1]
;; "abc"
;; 9
;; 4

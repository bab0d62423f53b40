;; Every loop: each, for, while, their &until clauses and the comprehensions over them.

(fn letters [s]
  "A stateful iterator."
  (var i 0)
  (fn []
    (set i (+ i 1))
    (let [c (s:sub i i)]
      (when (not= "" c) (values c i)))))

(fn countdown [n]
  "A stateless iterator with control variable."
  (values (fn [_ i] (if (< 1 i) (- i 1))) nil (+ n 1)))

(fn numbers-until [limit]
  (let [out []]
    (for [i 1 100 &until (< limit (* i i))]
      (table.insert out i))
    out))

(fn first-over [list limit]
  (var found nil)
  (each [i n (ipairs list) &until found]
    (when (> n limit) (set found i)))
  found)

(fn digits [n]
  (var rest n)
  (local out [])
  (while (< 0 rest)
    (table.insert out 1 (% rest 10))
    (set rest (// rest 10)))
  out)

(fn nested-sum []
  (var sum 0)
  (for [i 1 3]
    (for [j i 3]
      (var k 0)
      (while (< k j)
        (set k (+ k 1))
        (set sum (+ sum 1)))))
  sum)

(local visited [])
(each [k v (pairs {:only "entry"})]
  (table.insert visited (.. k "=" v)))
(each [(i c) (letters "ab")]
  (table.insert visited (.. i c)))

(local evens (fcollect [i 2 20 2 &until (< 10 i)] i))
(local down (fcollect [i 3 -3 -2] i))
(local halves (fcollect [x 0 1 0.25] x))
(local collected (collect [k v (pairs {:a 1 :b 2 :c 3}) &into {:z 26}]
                   (when (not= v 2) (values (.. k k) (* v v)))))
(local appended (icollect [c (letters "xyz") &into ["w"] &until (= c "z")] (c:upper)))
(local inverted (collect [i name (ipairs [:zero :one])] name (- i 1)))
(local longest (accumulate [best "" word (: "a quick brown foxes" :gmatch "%a+")]
                 (if (< (length best) (length word)) word best)))
(local stopped (accumulate [n 1 _ (countdown 100) &until (< 1000 n)] (* n 2)))
(local factorial (faccumulate [product 1 i 2 5] (* product i)))
(local fib (faccumulate [(a b) (values 0 1) _ 1 10] (values b (+ a b))))

(values (icollect [i (countdown 4)] i)
        (numbers-until 30) (first-over [1 5 9 7] 6) (first-over [] 1)
        (digits 20261122) (nested-sum) visited
        evens down halves collected appended inverted longest stopped factorial fib
        (icollect [_ _ (ipairs [])] 1)
        (type (for [_ 1 2] nil)))

;; expect
;; [4 3 2 1]
;; [1 2 3 4 5]
;; 3
;; nil
;; [2 0 2 6 1 1 2 2]
;; 14
;; ["only=entry" "a1" "b2"]
;; [2 4 6 8 10]
;; [3 1 -1 -3]
;; [0 0.25 0.5 0.75 1]
;; {:aa 1 :cc 9 :z 26}
;; ["w" "X" "Y"]
;; {:one 1 :zero 0}
;; "quick"
;; 1024
;; 120
;; 55
;; {}
;; "nil"

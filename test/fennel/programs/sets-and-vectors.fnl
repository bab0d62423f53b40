;; Two value types with operators: sets and vectors, and generic functions over both.

(local Set {})
(set Set.__index Set)

(fn make-set [...]
  (setmetatable (collect [_ item (ipairs [...])] item true) Set))

(fn Set.members [self]
  (doto (icollect [item (pairs self)] item)
    (table.sort #(< (tostring $1) (tostring $2)))))

(fn Set.has? [self item] (= true (rawget self item)))

(fn Set.__add [a b]
  (make-set (table.unpack (icollect [_ item (ipairs (b:members)) &into (a:members)] item))))

(fn Set.__sub [a b]
  (make-set (table.unpack (icollect [_ item (ipairs (a:members))]
                            (when (not (b:has? item)) item)))))

(fn Set.__mul [a b] (- a (- a b)))

(fn Set.__le [a b]
  (accumulate [all true item (pairs a) &until (not all)] (b:has? item)))

(fn Set.__lt [a b] (and (<= a b) (not (<= b a))))
(fn Set.__eq [a b] (and (<= a b) (<= b a)))
(fn Set.__len [self] (accumulate [n 0 _ (pairs self)] (+ n 1)))
(fn Set.__tostring [self] (.. "#{" (table.concat (icollect [_ m (ipairs (self:members))] (tostring m)) " ") "}"))

(local Vector {})
(set Vector.__index
     (fn [self key]
       (case key
         :x (. self 1)
         :y (. self 2)
         :size (math.sqrt (accumulate [s 0 _ v (ipairs self)] (+ s (* v v))))
         _ (. Vector key))))

(fn vector [...] (setmetatable [...] Vector))

(fn zip-with [f a b]
  (vector (table.unpack (icollect [i v (ipairs a)] (f v (. b i))))))

(set Vector.__add (partial zip-with #(+ $1 $2)))
(set Vector.__sub (partial zip-with #(- $1 $2)))
(set Vector.__unm (fn [v] (zip-with #(- $2 $1) v (icollect [_ _ (ipairs v)] 0))))
(set Vector.__mul (fn [a b]
                    (case (values (type a) (type b))
                      (:number :table) (zip-with #(* a $1) b b)
                      (:table :number) (* b a)
                      _ (accumulate [dot 0 i v (ipairs a)] (+ dot (* v (. b i)))))))
(set Vector.__call (fn [self f] (vector (table.unpack (icollect [_ v (ipairs self)] (f v))))))
(set Vector.__tostring #(.. "<" (table.concat $ ",") ">"))

(local evens (make-set 2 4 6 8))
(local small (make-set 1 2 3 4))
(local v (vector 3 4))
(local w (vector 1 -1))

(fn show [...]
  (icollect [_ thing (ipairs [...])] (tostring thing)))

(values (show (+ evens small) (- evens small) (* evens small) (make-set))
        [(length (+ evens small)) (evens:has? 4) (evens:has? 5)]
        [(< (make-set 2) evens) (<= evens evens) (< evens evens) (= (make-set 1 2) (make-set 2 1)) (not= small evens)]
        (show (+ v w) (- v w) (- w) (* 2 v) (* v 2) (v #(* $ $)))
        [(* v w) v.size v.x (. v :y)]
        (tostring (accumulate [sum (vector 0 0) _ u (ipairs [v w v])] (+ sum u))))

;; expect
;; ["#{1 2 3 4 6 8}" "#{6 8}" "#{2 4}" "#{}"]
;; [6 true false]
;; [true true false true true]
;; ["<4,3>" "<2,5>" "<-1,1>" "<6,8>" "<6,8>" "<9,16>"]
;; [-1 5 3 4]
;; "<7,7>"

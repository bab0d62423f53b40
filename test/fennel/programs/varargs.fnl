;; Functions of any number of arguments, with nils in every position.

(fn sum [...]
  (accumulate [total 0 _ n (ipairs [...])] (+ total n)))

(fn pack [...]
  (let [n (select :# ...)]
    (fcollect [i 1 n &into {: n}]
      (case (pick-values 1 (select i ...))
        value value
        _ "nil"))))

(fn last-of [...]
  (let [n (select :# ...)]
    (if (= n 0) "nothing"
        (pick-values 1 (select n ...)))))

(fn map-all [f ...]
  (if (< 0 (select :# ...))
      (let [(x) ...]
        (values (f x) (map-all f (select 2 ...))))
      (values)))

(fn join [separator & parts]
  (table.concat parts separator))

(fn options [first {: verbose : level} ...]
  [first verbose level (select :# ...)])

(fn spread [[a b & more] ...]
  (values (+ a b) (length more) ...))

(fn max-and-index [...]
  (accumulate [(best at) (values (- math.huge) 0)
               i n (ipairs [...])]
    (if (> n best) (values n i) (values best at))))

(local hash-count #(select :# $...))
(local hash-second #(let [(_ b) $...] b))

(local recursive-flatten
       (do
         (fn flatten [x ...]
           (let [rest (if (< 0 (select :# ...)) [(flatten ...)] [])]
             (if (= (type x) :table)
                 (let [inner [(flatten (table.unpack x))]]
                   (each [_ v (ipairs rest)] (table.insert inner v))
                   (table.unpack inner))
                 (values x (table.unpack rest)))))
         flatten))

(fn chunk-name [...] (select :# ...))

(values (sum) (sum 1 2 3)
        (pack nil 2 nil)
        [(last-of) (last-of 1 nil 3) (tostring (last-of 1 nil))]
        [(map-all #(* $ 10) 1 2 3)]
        (join "-" "a" "b" "c")
        (join "-")
        (options :x {:verbose true} nil nil)
        [(spread [1 2 3 4] :y :z)]
        [(max-and-index 3 9 2 9)]
        [(hash-count) (hash-count nil nil) (hash-second 1 2 3)]
        [(recursive-flatten 1 [2 [3 [4]]] 5 [[6]])]
        (chunk-name (values)))

;; expect
;; 0
;; 6
;; {1 "nil" 2 2 3 "nil" :n 3}
;; ["nothing" 3 "nil"]
;; [10 20 30]
;; "a-b-c"
;; ""
;; {1 "x" 2 true 4 2}
;; [3 2 "y" "z"]
;; [9 2]
;; [0 2 2]
;; [1 2 3 4 5 6]
;; 0

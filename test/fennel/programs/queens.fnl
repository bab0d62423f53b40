;; Backtracking: queens that do not attack each other, subsets with a given sum, permutations, a maze of words.

(fn safe? [placed column]
  (let [row (+ 1 (length placed))]
    (accumulate [ok true r c (ipairs placed) &until (not ok)]
      (and (not= c column)
           (not= (- row r) (math.abs (- column c)))))))

(fn solutions [n]
  (let [placed [] found []]
    (fn place []
      (if (= n (length placed))
          (table.insert found (table.concat placed ""))
          (for [column 1 n]
            (when (safe? placed column)
              (table.insert placed column)
              (place)
              (table.remove placed)))))
    (place)
    found))

(fn subsets-with-sum [numbers target]
  (let [found []]
    (fn search [i left chosen]
      (case (values left (. numbers i))
        (0 _) (table.insert found [(table.unpack chosen)])
        (where (left n) (<= n left)) (do
                                       (table.insert chosen n)
                                       (search (+ i 1) (- left n) chosen)
                                       (table.remove chosen)
                                       (search (+ i 1) left chosen))
        (left _n) (when _n (search (+ i 1) left chosen))))
    (search 1 target [])
    found))

(fn permutations [[head & tail]]
  (if (= nil head) [[]]
      (accumulate [out [] _ rest (ipairs (permutations tail))]
        (faccumulate [out out i 0 (length rest)]
          (let [copy [(table.unpack rest)]]
            (table.insert copy (+ i 1) head)
            (doto out (table.insert copy)))))))

(fn change [amount coins]
  "The number of ways to pay an amount, by dynamic programming."
  (let [ways (fcollect [_ 0 amount] 0)]
    (tset ways 1 1)
    (each [_ coin (ipairs coins)]
      (for [sum coin amount]
        (tset ways (+ sum 1) (+ (. ways (+ sum 1)) (. ways (+ 1 (- sum coin)))))))
    (. ways (+ amount 1))))

(values (solutions 4)
        (length (solutions 6))
        (. (solutions 8) 1)
        (subsets-with-sum [3 5 2 4 1] 6)
        (icollect [_ p (ipairs (permutations [1 2 3]))] (table.concat p ""))
        (change 100 [50 20 10 5 2 1]))

;; expect
;; ["2413" "3142"]
;; 4
;; "15863724"
;; [[3 2 1] [5 1] [2 4]]
;; ["123" "213" "231" "132" "312" "321"]
;; 4562

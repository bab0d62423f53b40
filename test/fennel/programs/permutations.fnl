;; Permutations, combinations and subsets.
(fn permutations [items]
  (local out [])
  (fn permute [n]
    (if (= n 0)
        (table.insert out (table.concat items))
        (for [i 1 n]
          (set [(. items i) (. items n)] [(. items n) (. items i)])
          (permute (- n 1))
          (set [(. items i) (. items n)] [(. items n) (. items i)]))))
  (permute (length items))
  (table.sort out)
  out)

(fn combinations [items k ?from]
  (let [from (or ?from 1)]
    (if (= k 0)
        [[]]
        (let [out []]
          (for [i from (length items)]
            (each [_ rest (ipairs (combinations items (- k 1) (+ i 1)))]
              (table.insert out [(. items i) (table.unpack rest)])))
          out))))

(fn subsets [items]
  (fcollect [mask 0 (- (lshift 1 (length items)) 1)]
    (-> (icollect [i item (ipairs items)]
          (when (not= 0 (band mask (lshift 1 (- i 1)))) item))
        table.concat)))

{:permutations (permutations [:a :b :c])
 :combinations (icollect [_ c (ipairs (combinations [1 2 3 4] 2))] (table.concat c))
 :subsets (subsets [:x :y :z])}

;; expect
;; {:combinations ["12" "13" "14" "23" "24" "34"] :permutations ["abc" "acb" "bac" "bca" "cab" "cba"] :subsets ["" "x" "y" "xy" "z" "xz" "yz" "xyz"]}

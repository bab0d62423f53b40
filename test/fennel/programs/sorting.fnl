;; Sorting by hand and with the library: quick, merge and insertion sort, stable order, several keys.

(fn less [a b] (< a b))

(fn quick-sort [list ?less]
  (let [less? (or ?less less)
        [pivot & rest] list]
    (if (= nil pivot) []
        (let [(smaller larger) (accumulate [(small large) (values [] [])
                                            _ x (ipairs rest)]
                                 (do
                                   (table.insert (if (less? x pivot) small large) x)
                                   (values small large)))
              out (quick-sort smaller less?)]
          (table.insert out pivot)
          (icollect [_ x (ipairs (quick-sort larger less?)) &into out] x)))))

(fn merge [a b less?]
  (var (i j) (values 1 1))
  (fcollect [_ 1 (+ (length a) (length b))]
    (let [x (. a i) y (. b j)]
      (if (or (= nil y) (and (not= nil x) (not (less? y x))))
          (do (set i (+ i 1)) x)
          (do (set j (+ j 1)) y)))))

(fn merge-sort [list ?less]
  (let [n (length list)
        middle (// n 2)
        less? (or ?less less)]
    (if (< n 2) list
        (merge (merge-sort [(table.unpack list 1 middle)] less?)
               (merge-sort [(table.unpack list (+ middle 1))] less?)
               less?))))

(fn insertion-sort [list]
  (let [out [(table.unpack list)]]
    (for [i 2 (length out)]
      (let [x (. out i)]
        (var j (- i 1))
        (while (and (< 0 j) (< x (. out j)))
          (tset out (+ j 1) (. out j))
          (set j (- j 1)))
        (tset out (+ j 1) x)))
    out))

(fn by [...]
  "A comparison by several fields in turn; a leading - turns one around."
  (let [fields (icollect [_ field (ipairs [...])]
                 (case (field:match "^%-(.+)$")
                   name {: name :descending? true}
                   nil {:name field}))]
    (fn [a b]
      (accumulate [result false
                   _ {: name : descending?} (ipairs fields)
                   &until (not= result false)]
        (let [(x y) (if descending? (values (. b name) (. a name)) (values (. a name) (. b name)))]
          (if (< x y) true
              (< y x) nil
              false))))))

(local numbers [5 -1 3 3 0 12 7 2])
(local runs [{:id 1 :repo "b" :ms 30} {:id 2 :repo "a" :ms 30} {:id 3 :repo "a" :ms 10} {:id 4 :repo "b" :ms 20}])

(fn ids [list] (icollect [_ {: id} (ipairs list)] id))

(local sorted-runs [(table.unpack runs)])
(table.sort sorted-runs (by :repo :-ms))

(values (quick-sort numbers)
        (quick-sort numbers #(> $1 $2))
        (merge-sort numbers)
        (insertion-sort numbers)
        numbers
        (ids sorted-runs)
        (ids (merge-sort runs (by :ms)))
        (merge-sort ["pear" "Apple" "fig"] #(< ($1:lower) ($2:lower)))
        (doto ["10" "9" "1"] (table.sort))
        (doto ["10" "9" "1"] (table.sort #(< (tonumber $1) (tonumber $2)))))

;; expect
;; [-1 0 2 3 3 5 7 12]
;; [12 7 5 3 3 2 0 -1]
;; [-1 0 2 3 3 5 7 12]
;; [-1 0 2 3 3 5 7 12]
;; [5 -1 3 3 0 12 7 2]
;; [2 3 1 4]
;; [3 4 1 2]
;; ["Apple" "fig" "pear"]
;; ["1" "10" "9"]
;; ["1" "9" "10"]

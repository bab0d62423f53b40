;; The difference of two texts by longest common subsequence.
(fn lines [s] (icollect [l (s:gmatch "[^\n]+")] l))

(fn lengths [a b]
  (let [table-of (fcollect [_ 0 (length a)] (fcollect [_ 0 (length b)] 0))]
    (for [i 1 (length a)]
      (for [j 1 (length b)]
        (tset table-of (+ i 1) (+ j 1)
              (if (= (. a i) (. b j))
                  (+ 1 (. table-of i j))
                  (math.max (. table-of (+ i 1) j) (. table-of i (+ j 1)))))))
    table-of))

(fn diff [a b]
  (let [t (lengths a b)
        out []]
    (fn walk [i j]
      (if (and (> i 0) (> j 0) (= (. a i) (. b j)))
          (do (walk (- i 1) (- j 1))
              (table.insert out (.. "  " (. a i))))
          (and (> j 0) (or (= i 0) (>= (. t (+ i 1) j) (. t i (+ j 1)))))
          (do (walk i (- j 1))
              (table.insert out (.. "+ " (. b j))))
          (> i 0)
          (do (walk (- i 1) j)
              (table.insert out (.. "- " (. a i))))))
    (walk (length a) (length b))
    out))

(diff (lines "fetch\nbuild\ntest\ndeploy") (lines "fetch\nlint\nbuild\ndeploy\nnotify"))

;; expect
;; ["  fetch" "+ lint" "  build" "- test" "  deploy" "+ notify"]

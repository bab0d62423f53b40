;; Taking tables and values apart in every place that binds names.

(local config {:name "ci" :limits {:time 60 :memory {:soft 1 :hard 2}} :stages ["build" "test" "ship"] 1 "first"})

(local {: name :limits {: time :memory {:hard hard-limit}}} config)
(local {:stages [first-stage & other-stages] 1 one} config)
(local [_ second-stage &as all-stages] config.stages)
(local {:limits {: time &as limits} &as whole} config)
(local {:name _ :stages _ & remaining} config)

(fn area [{:width w :height h : ?depth}]
  (* w h (or ?depth 1)))

(fn head-tail [[head & tail] ...]
  (values head (length tail) (select :# ...)))

(fn nested [[[a] {:b [b {: c}]}]]
  (.. a b c))

(λ checked [{: x} ?y]
  (+ x (or ?y 0)))

(var (low high) (values 9 1))
(set (low high) (values high low))
(var [p q] [1 2])
(set [p q] [q p])
(local target {})
(set (target.a target.b) (values "A" "B"))
(set [target.c {:d target.d}] ["C" {:d "D"}])

(local pairs-of
       (icollect [_ {: id :pos [x y]} (ipairs [{:id "a" :pos [1 2]} {:id "b" :pos [3 4]}])]
         (.. id (+ x y))))

(local by-id
       (collect [_ [id & rest] (ipairs [["k" 1 2] ["l"]])]
         id (length rest)))

(local total
       (accumulate [sum 0 _ {:n [n]} (ipairs [{:n [1]} {:n [20]}])]
         (+ sum n)))

(fn missing []
  (let [{: nothing :none [x]} {:none []}
        [a b] [1]]
    [nothing x a b]))

(fn swap-in-let [x y]
  (let [(x y) (values y x)
        [x] [(+ x 100)]]
    (values x y)))

(local matrix [[1 2] [3 4]])
(local determinant
       (let [[[a b] [c d]] matrix]
         (- (* a d) (* b c))))

(values [name time hard-limit]
        [first-stage other-stages one second-stage (= all-stages config.stages)]
        [limits.time (= whole config)]
        (doto (icollect [k (pairs remaining)] (tostring k)) (table.sort))
        (area {:width 2 :height 3})
        (area {:width 2 :height 3 :?depth 4})
        [(head-tail [:h 1 2 3] nil nil)]
        (nested [["x"] {:b ["y" {:c "z"}]}])
        [(checked {:x 1}) (checked {:x 1} 2)]
        [low high p q]
        target
        pairs-of by-id total
        (missing)
        [(swap-in-let 1 2)]
        determinant)

;; expect
;; ["ci" 60 2]
;; ["build" ["test" "ship"] "first" "test" true]
;; [60 true]
;; ["1" "limits"]
;; 6
;; 24
;; ["h" 3 2]
;; "xyz"
;; [1 3]
;; [1 9 2 1]
;; {:a "A" :b "B" :c "C" :d "D"}
;; ["a3" "b7"]
;; {:k 2 :l 0}
;; 21
;; {3 1}
;; [102 1]
;; -2

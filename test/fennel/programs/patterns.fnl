;; Every kind of pattern, in case and in match: what they ask, what they bind and what they leave alone.

(local wanted "x")
(local limits {:low 1 :high 9})
(local reads {:count 0})
(var type :shadowed)

(fn kinds [v]
  (case v
    nil :nil
    true :true
    false :false
    0 :zero
    -1.5 :fraction
    "" :empty
    :word :keyword
    [] :table
    _ :other))

(fn pinned [v]
  (case v
    (where (= wanted)) :wanted
    (where (or [(= wanted) & _rest] {:k (= wanted)})) :holds-wanted
    (where (= limits.low)) :low
    wanted (.. "bound " wanted)))

(fn matched [v]
  (match v
    wanted :wanted
    limits.high :high
    [wanted other] (.. "pair with " other)
    [a a b] (.. "twice " a " then " b)
    {: x :nested [x y]} (.. x y)
    (where n (<= limits.low n limits.high)) (.. "within " n)
    (n ? (= 0 (% n 10))) (.. "round " n)
    ?anything (.. "anything, as " (tostring ?anything))))

(fn optional [v]
  (case v
    [a ?b c] [:three a ?b c]
    [?a ?a] [:same ?a]
    [_a _a] [:ignored]
    _ [:none]))

(fn shapes [...]
  (case (values ...)
    (:circle r) (* 3 r r)
    (:rect [w h]) (* w h)
    (:rect w h) (* w h)
    (nil message) (.. "error " message)
    (_ _ third) (.. "third " third)
    single single))

(fn rests [v]
  (case v
    [first second & [third & more]] [first second third (length more)]
    {:type kind & fields} [kind fields.a fields.type]
    [&as all] (length all)))

(fn alternatives [v]
  (case v
    (where (or [:add a b] {:op :add :args [a b]} [a :plus b])) (+ a b)
    (where (or 1 2 3)) :small
    (where (or {:name n} {:id n :name nil})) (.. "named " n)
    (where (or [n] n) (< 100 (or (tonumber n) 0))) (.. "large " n)
    _ :else))

(fn counting []
  (let [proxy (setmetatable {} {:__index (fn [_ key]
                                           (set reads.count (+ reads.count 1))
                                           (. [:v] key))})]
    (var evaluated 0)
    (case (do (set evaluated (+ evaluated 1)) proxy)
      [:a] :no
      [:b] :no
      [:v nil] [:yes evaluated])))

(fn scoping [x]
  (let [result (case x
                 [x] (case x
                       [x] (case x
                             inner (.. "deep " inner))
                       _ (.. "one " x))
                 _ x)]
    [result x]))

(set type :still-shadowed)

(values [(kinds) (kinds {})]
        (icollect [_ v (ipairs [true false 0 -1.5 "" :word [1] 7])] (kinds v))
        [(pinned "x") (pinned ["x" 1]) (pinned {:k "x"}) (pinned 1) (pinned "y") (tostring (pinned nil))]
        [(matched "x") (matched 9) (matched ["x" "z"]) (matched [2 2 3]) (matched {:x "q" :nested ["q" "r"]})]
        [(matched 4) (matched 20) (matched 21) (matched nil)]
        [(optional [1 nil 3]) (optional [4 4]) (optional [4 5]) (optional 1)]
        [(shapes :circle 2) (shapes :rect [2 3]) (shapes :rect 4 5) (shapes nil "e") (shapes 1 nil 3) (shapes :one)]
        [(rests [1 2 3 4 5]) (rests {:type :t :a 1}) (rests [])]
        [(alternatives [:add 1 2]) (alternatives {:op :add :args [3 4]}) (alternatives [5 :plus 6]) (alternatives 2)]
        [(alternatives {:name "n"}) (alternatives {:id "i"}) (alternatives [101]) (alternatives 102) (alternatives [1])]
        (counting) (< 2 reads.count)
        (scoping [["in"]])
        type)

;; expect
;; ["nil" "table"]
;; ["true" "false" "zero" "fraction" "empty" "keyword" "table" "other"]
;; ["wanted" "holds-wanted" "holds-wanted" "low" "bound y" "nil"]
;; ["wanted" "high" "pair with z" "twice 2 then 3" "qr"]
;; ["within 4" "round 20" "anything, as 21" "anything, as nil"]
;; [{1 "three" 2 1 4 3} ["same" 4] ["ignored"] ["none"]]
;; [12 6 20 "error e" "third 3" "one"]
;; [[1 2 3 2] ["t" 1] 0]
;; [3 7 11 "small"]
;; ["named n" "named i" "large 101" "large 102" "else"]
;; ["yes" 1]
;; true
;; ["deep in" [["in"]]]
;; "still-shadowed"

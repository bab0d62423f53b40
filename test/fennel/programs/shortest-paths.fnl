;; Dijkstra's algorithm over a binary heap, with the way found and not only its length.

(fn swap [heap i j]
  (let [a (. heap i)]
    (tset heap i (. heap j))
    (tset heap j a)))

(fn heap-push [heap priority value]
  (table.insert heap [priority value])
  (var i (length heap))
  (var settled? false)
  (while (and (< 1 i) (not settled?))
    (let [parent (// i 2)
          [own] (. heap i)
          [above] (. heap parent)]
      (if (< own above)
          (do (swap heap i parent)
              (set i parent))
          (set settled? true)))))

(fn heap-pop [heap]
  (let [top (. heap 1)
        last (table.remove heap)]
    (when (< 0 (length heap))
      (tset heap 1 last)
      (var i 1)
      (var settled? false)
      (while (not settled?)
        (let [left (* 2 i)
              right (+ left 1)
              smaller (if (?. heap right)
                          (if (< (. heap right 1) (. heap left 1)) right left)
                          (?. heap left) left)]
          (if (and smaller (< (. heap smaller 1) (. heap i 1)))
              (do (swap heap i smaller)
                  (set i smaller))
              (set settled? true)))))
    (table.unpack (or top []))))

(fn add-edge [graph from to cost]
  (each [_ [a b] (ipairs [[from to] [to from]])]
    (when (not (. graph a)) (tset graph a {}))
    (tset graph a b cost)))

(fn shortest [graph from to]
  (let [costs {from 0} previous {} heap []]
    (heap-push heap 0 from)
    (while (< 0 (length heap))
      (let [(cost node) (heap-pop heap)]
        (when (= cost (. costs node))
          (each [next-node step (pairs (or (. graph node) {}))]
            (let [new-cost (+ cost step)]
              (when (< new-cost (or (. costs next-node) math.huge))
                (tset costs next-node new-cost)
                (tset previous next-node node)
                (heap-push heap new-cost next-node)))))))
    (fn walk [node tail]
      (if (= node nil) tail
          (walk (. previous node) [node (table.unpack tail)])))
    (when (. costs to)
      (values (. costs to) (walk to [])))))

(local roads {})
(each [_ [from to cost] (ipairs [[:a :b 7] [:a :c 9] [:a :f 14] [:b :c 10] [:b :d 15]
                                 [:c :d 11] [:c :f 2] [:d :e 6] [:e :f 9] [:x :y 1]])]
  (add-edge roads from to cost))

(fn heap-sort [numbers]
  (let [heap []]
    (each [_ n (ipairs numbers)] (heap-push heap n n))
    (fcollect [_ 1 (length numbers)] (pick-values 1 (heap-pop heap)))))

(let [(cost path) (shortest roads :a :e)]
  (values cost path
          (shortest roads :a :a)
          (heap-sort [5 3 9 1 4 1 8])
          (select :# (shortest roads :a :x))))

;; expect
;; 20
;; ["a" "c" "f" "e"]
;; 0
;; [1 1 3 4 5 8 9]
;; 1

;; A tree of tables, matched by shape.
(fn insert [tree key value]
  (case tree
    nil {: key : value}
    (where node (= key node.key)) {: key : value :left node.left :right node.right}
    (where node (< key node.key)) {:key node.key :value node.value :right node.right
                                   :left (insert node.left key value)}
    node {:key node.key :value node.value :left node.left
          :right (insert node.right key value)}))

(fn find [tree key]
  (case tree
    nil nil
    (where {:key k : value} (= k key)) value
    {:key k : ?left : ?right} (find (if (< key k) tree.left tree.right) key)))

(fn each-node [tree f]
  (when tree
    (each-node tree.left f)
    (f tree.key tree.value)
    (each-node tree.right f)))

(fn depth [tree]
  (if tree (+ 1 (math.max (depth tree.left) (depth tree.right))) 0))

(local tree (accumulate [t nil i key (ipairs [:m :c :x :a :d :z :c])] (insert t key i)))
(local keys [])
(each-node tree #(table.insert keys (.. $1 $2)))
[keys (find tree :d) (find tree :q) (depth tree)]

;; expect
;; {1 ["a4" "c7" "d5" "m1" "x3" "z6"] 2 5 4 3}

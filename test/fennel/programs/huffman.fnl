;; Huffman codes: built from frequencies, used to encode and decode.

(fn frequencies [text]
  (accumulate [counts {} char (text:gmatch ".")]
    (doto counts
      (tset char (+ 1 (or (. counts char) 0))))))

(fn before? [a b]
  (if (= a.weight b.weight) (< a.first b.first)
      (< a.weight b.weight)))

(fn take-smallest [nodes]
  (table.sort nodes before?)
  (table.remove nodes 1))

(fn build [counts]
  (let [nodes (icollect [char weight (pairs counts)] {: char : weight :first char})]
    (while (< 1 (length nodes))
      (let [left (take-smallest nodes)
            right (take-smallest nodes)]
        (table.insert nodes {: left : right
                             :weight (+ left.weight right.weight)
                             :first (if (< left.first right.first) left.first right.first)})))
    (. nodes 1)))

(fn codes [tree]
  (let [out {}]
    (fn walk [node path]
      (case node
        {: left : right} (do (walk left (.. path "0"))
                             (walk right (.. path "1")))
        {: char} (tset out char (if (= "" path) "0" path))))
    (walk tree "")
    out))

(fn encode [text codes]
  (pick-values 1 (text:gsub "." codes)))

(fn decode [bits tree]
  (let [out []]
    (var node tree)
    (each [bit (bits:gmatch ".")]
      (set node (case (values bit node)
                  ("0" {: left}) left
                  ("1" {: right}) right
                  _ node))
      (when node.char
        (table.insert out node.char)
        (set node tree)))
    (table.concat out)))

(local text "abracadabra")
(local tree (build (frequencies text)))
(local table-of-codes (codes tree))
(local bits (encode text table-of-codes))

(fn prefix-free? [codes]
  (accumulate [ok true c1 p1 (pairs codes)]
    (accumulate [ok ok c2 p2 (pairs codes)]
      (and ok (or (= c1 c2) (not= p1 (p2:sub 1 (length p1))))))))

(values (frequencies text) tree.weight table-of-codes bits (length bits)
        (decode bits tree)
        (prefix-free? table-of-codes)
        (codes (build {:z 4})))

;; expect
;; {:a 5 :b 2 :c 1 :d 1 :r 2}
;; 11
;; {:a "0" :b "110" :c "1110" :d "1111" :r "10"}
;; "01101001110011110110100"
;; 23
;; "abracadabra"
;; true
;; {:z "0"}

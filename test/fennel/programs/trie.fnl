;; A prefix tree: completion, longest prefix, counting, removal.

(fn make-node [] {:children {} :word? false})

(fn insert [root word]
  (let [node (faccumulate [node root i 1 (length word)]
               (let [char (word:sub i i)]
                 (when (not (. node.children char))
                   (tset node.children char (make-node)))
                 (. node.children char)))]
    (set node.word? true)
    root))

(fn find [root prefix]
  (faccumulate [node root i 1 (length prefix) &until (= nil node)]
    (. node.children (prefix:sub i i))))

(fn words [node ?prefix]
  (let [prefix (or ?prefix "")
        out (if node.word? [prefix] [])
        chars (doto (icollect [c (pairs node.children)] c) (table.sort))]
    (accumulate [out out _ char (ipairs chars)]
      (icollect [_ word (ipairs (words (. node.children char) (.. prefix char))) &into out]
        word))))

(fn complete [root prefix]
  (case (find root prefix)
    node (words node prefix)
    _ []))

(fn longest-prefix [root text]
  (accumulate [best nil i _ (text:gmatch "()(.)")]
    (case (find root (text:sub 1 i))
      {:word? true} (text:sub 1 i)
      _ best)))

(fn remove [root word]
  (fn go [node i]
    (if (< (length word) i)
        (set node.word? false)
        (let [char (word:sub i i)
              child (. node.children char)]
          (when child
            (go child (+ i 1))
            (when (and (not child.word?) (= nil (next child.children)))
              (tset node.children char nil))))))
  (go root 1)
  root)

(fn nodes [{: children}]
  (accumulate [n 1 _ child (pairs children)] (+ n (nodes child))))

(local root (accumulate [root (make-node) _ word (ipairs [:run :runs :runner :rune :ruin :job :jobs])]
              (insert root word)))

(local before (nodes root))
(remove root :runner)
(remove root :job)
(remove root :nothing)

(values (complete root "ru") (complete root "run") (complete root "z")
        (words root)
        (longest-prefix root "runsaway") (longest-prefix root "xyz")
        before (nodes root))

;; expect
;; ["ruin" "run" "rune" "runs"]
;; ["run" "rune" "runs"]
;; {}
;; ["jobs" "ruin" "run" "rune" "runs"]
;; "runs"
;; nil
;; 15
;; 12

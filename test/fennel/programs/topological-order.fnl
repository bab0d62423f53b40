;; Orders jobs so that inputs come first, and names the members of a cycle.

(local jobs {:fetch [] :lint [:fetch] :compile [:fetch] :unit [:compile]
             :e2e [:compile :image] :image [:compile] :deploy [:unit :e2e :lint]})

(fn sorted-keys [tbl]
  (doto (icollect [key (pairs tbl)] key)
    (table.sort)))

(fn order [graph]
  (let [done [] state {} path []]
    (fn visit [name]
      (match (. state name)
        :done nil
        :visiting (let [members []]
                    (var seen? false)
                    (each [_ member (ipairs path)]
                      (when (= member name) (set seen? true))
                      (when seen? (table.insert members member)))
                    (table.insert members name)
                    (error {:code :cycle : members}))
        nil (do
              (tset state name :visiting)
              (table.insert path name)
              (each [_ input (ipairs (or (. graph name) []))]
                (visit input))
              (table.remove path)
              (tset state name :done)
              (table.insert done name))))
    (each [_ name (ipairs (sorted-keys graph))]
      (visit name))
    done))

(fn levels [graph]
  "How many steps each job is away from the start."
  (let [memo {}]
    (fn level [name]
      (or (. memo name)
          (let [inputs (. graph name)
                own (accumulate [highest 0 _ input (ipairs inputs)]
                      (math.max highest (+ 1 (level input))))]
            (tset memo name own)
            own)))
    (collect [name (pairs graph)]
      name (level name))))

(fn dependents [graph target]
  (let [found {}]
    (var changed? true)
    (while changed?
      (set changed? false)
      (each [name inputs (pairs graph)]
        (each [_ input (ipairs inputs)]
          (when (and (not (. found name))
                     (or (= input target) (. found input)))
            (tset found name true)
            (set changed? true)))))
    (sorted-keys found)))

(local (ok? problem) (pcall order {:a [:b] :b [:c] :c [:d :b] :d []}))

(values (order jobs)
        (levels jobs)
        (dependents jobs :image)
        ok?
        problem)

;; expect
;; ["fetch" "compile" "unit" "image" "e2e" "lint" "deploy"]
;; {:compile 1 :deploy 4 :e2e 3 :fetch 0 :image 2 :lint 1 :unit 2}
;; ["deploy" "e2e"]
;; false
;; {:code "cycle" :members ["b" "c" "b"]}

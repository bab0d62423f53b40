;; Puts jobs in an order in which each comes after its inputs.
(local jobs {:build [:fetch] :test [:build] :lint [:fetch] :deploy [:test :lint] :fetch []})

(fn sorted-keys [t]
  (doto (icollect [k (pairs t)] k) table.sort))

(fn order [graph]
  (local state {})
  (local out [])
  (local path [])
  (fn visit [name]
    (case (. state name)
      :done nil
      :open (let [start (accumulate [at nil i n (ipairs path) &until at] (if (= n name) i))]
              (error (.. "cycle: " (table.concat path " -> " start) " -> " name) 0))
      nil (do
            (tset state name :open)
            (table.insert path name)
            (each [_ input (ipairs (or (. graph name) []))] (visit input))
            (table.remove path)
            (tset state name :done)
            (table.insert out name))))
  (each [_ name (ipairs (sorted-keys graph))] (visit name))
  out)

(local (ok? problem) (pcall order {:a [:b] :b [:c] :c [:a]}))
{:order (order jobs) : ok? : problem}

;; expect
;; {:ok? false :order ["fetch" "build" "test" "lint" "deploy"] :problem "cycle: a -> b -> c -> a"}

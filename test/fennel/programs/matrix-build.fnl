;; Every combination of a build matrix, without the excluded ones.
(local matrix {:node [18 20 22] :os [:linux :mac] :mode [:debug :release]})
(local axes [:os :node :mode])
(local excluded [{:os :mac :node 18} {:mode :debug :node 22}])

(fn combinations [axes]
  (accumulate [rows [{}] _ axis (ipairs axes)]
    (let [out []]
      (each [_ row (ipairs rows)]
        (each [_ value (ipairs (. matrix axis))]
          (let [copy (collect [k v (pairs row)] k v)]
            (tset copy axis value)
            (table.insert out copy))))
      out)))

(fn matches? [row pattern]
  (accumulate [same true key value (pairs pattern) &until (not same)]
    (= (. row key) value)))

(fn excluded? [row]
  (accumulate [found false _ pattern (ipairs excluded) &until found]
    (matches? row pattern)))

(fn label [row]
  (table.concat (icollect [_ axis (ipairs axes)] (tostring (. row axis))) "-"))

(icollect [_ row (ipairs (combinations axes))]
  (when (not (excluded? row))
    (label row)))

;; expect
;; ["linux-18-debug" "linux-18-release" "linux-20-debug" "linux-20-release" "linux-22-release" "mac-20-debug" "mac-20-release" "mac-22-release"]

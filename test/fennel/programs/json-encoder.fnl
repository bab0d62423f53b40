;; Writes values as JSON.
(local escapes {"\"" "\\\"" "\\" "\\\\" "\n" "\\n" "\t" "\\t"})

(fn array? [t]
  (let [n (length t)]
    (and (< 0 n)
         (= n (accumulate [count 0 _ (pairs t)] (+ count 1))))))

(fn sorted [t]
  (doto (icollect [k (pairs t)] k) (table.sort #(< (tostring $1) (tostring $2)))))

(fn encode [value]
  (case (type value)
    :string (.. "\"" (pick-values 1 (value:gsub "[\"\\\n\t]" escapes)) "\"")
    :number (if (= value (math.floor value)) (string.format "%d" value) (tostring value))
    :boolean (tostring value)
    :nil "null"
    :table (if (array? value)
               (.. "[" (table.concat (icollect [_ v (ipairs value)] (encode v)) ",") "]")
               (.. "{" (-> (icollect [_ k (ipairs (sorted value))]
                             (.. (encode (tostring k)) ":" (encode (. value k))))
                           (table.concat ","))
                   "}"))
    other (error (.. "cannot encode a " other) 0)))

(local (ok? problem) (pcall encode {:f #nil}))
[(encode {:name "run \"1\"" :jobs [:a :b] :exit 0 :ratio 0.5 :ok true})
 (encode [[] [1 [2]]])
 ok? problem]

;; expect
;; ["{\"exit\":0,\"jobs\":[\"a\",\"b\"],\"name\":\"run \\\"1\\\"\",\"ok\":true,\"ratio\":0.5}" "[{},[1,[2]]]" false "cannot encode a function"]

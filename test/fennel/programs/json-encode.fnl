;; Writes Lua values as JSON, with sorted keys and every escape.

(local escapes {"\"" "\\\"" "\\" "\\\\" "\n" "\\n" "\t" "\\t" "\r" "\\r" "\b" "\\b" "\f" "\\f"})

(local null (setmetatable {} {:__name "null"}))

(fn quote-string [text]
  (.. "\""
      (pick-values 1
        (text:gsub "[%c\"\\]"
                   #(or (. escapes $1) (string.format "\\u%04x" (string.byte $1)))))
      "\""))

(fn sequence-length [tbl]
  "The length of a table that has only the keys 1..n, or nil."
  (let [n (length tbl)
        count (accumulate [count 0 _ _ (pairs tbl)] (+ count 1))]
    (if (= n count) n)))

(fn encode [value ?seen]
  (let [seen (or ?seen {})]
    (match (type value)
      :nil "null"
      :boolean (tostring value)
      :number (if (not= value value) "null"
                  (= value (math.floor value)) (string.format "%d" value)
                  (tostring value))
      :string (quote-string value)
      :table (if (= value null) "null"
                 (. seen value) (error "cycle in data")
                 (do
                   (tset seen value true)
                   (let [text (match (sequence-length value)
                                0 "{}"
                                n (.. "[" (table.concat (fcollect [i 1 n] (encode (. value i) seen)) ",") "]")
                                _ (let [keys (icollect [k (pairs value)]
                                               (do (assert (= :string (type k)) "keys must be strings") k))]
                                    (table.sort keys)
                                    (.. "{"
                                        (table.concat (icollect [_ k (ipairs keys)]
                                                        (.. (quote-string k) ":" (encode (. value k) seen)))
                                                      ",")
                                        "}")))]
                     (tset seen value nil)
                     text)))
      other (error (.. "cannot encode a " other)))))

(local shared ["x"])
(local loop {:name "loop"})
(set loop.self loop)

(fn failure [value]
  (let [(ok? message) (pcall encode value)]
    (assert (not ok?))
    (pick-values 1 (message:gsub "^.-:%d+: " ""))))

(values (encode {:b [1 2.5 -3] :a "tab\there \"quoted\" \\ \001" :c {:nested {:deep true}} :z null})
        (encode [])
        (encode [shared shared])
        (encode [[] {} false])
        (encode (/ 0 0))
        (failure loop)
        (failure tostring)
        (failure #1)
        (failure {true 1}))

;; expect
;; "{\"a\":\"tab\\there \\\"quoted\\\" \\\\ \\u0001\",\"b\":[1,2.5,-3],\"c\":{\"nested\":{\"deep\":true}},\"z\":null}"
;; "{}"
;; "[[\"x\"],[\"x\"]]"
;; "[{},{},false]"
;; "null"
;; "cycle in data"
;; "cannot encode a function"
;; "cannot encode a function"
;; "keys must be strings"

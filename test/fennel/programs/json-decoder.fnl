;; Reads JSON by recursive descent.
(fn decode [text]
  (var at 1)
  (fn fail [what] (error (string.format "expected %s at %d" what at) 0))
  (fn peek [] (text:sub at at))
  (fn skip [] (set at (or (text:find "%S" at) (+ (length text) 1))))
  (fn expect [token]
    (if (= (text:sub at (+ at (length token) -1)) token)
        (set at (+ at (length token)))
        (fail token)))
  (var value nil)

  (fn read-string []
    (expect "\"")
    (let [stop (or (text:find "\"" at true) (fail "closing quote"))
          s (text:sub at (- stop 1))]
      (set at (+ stop 1))
      s))

  (fn read-many [close read-one]
    (set at (+ at 1))
    (skip)
    (while (not= (peek) close)
      (read-one)
      (skip)
      (when (not= (peek) close)
        (expect ",")
        (skip)))
    (set at (+ at 1)))

  (fn read-array []
    (let [out []]
      (read-many "]" #(table.insert out (value)))
      out))

  (fn read-object []
    (let [out {}]
      (read-many "}" #(let [key (read-string)]
                        (skip)
                        (expect ":")
                        (tset out key (value))))
      out))

  (set value
       (fn []
         (skip)
         (case (peek)
           "\"" (read-string)
           "[" (read-array)
           "{" (read-object)
           :t (do (expect :true) true)
           :f (do (expect :false) false)
           :n (do (expect :null) nil)
           _ (case (text:match "^-?%d+%.?%d*" at)
               digits (do (set at (+ at (length digits))) (tonumber digits))
               _ (fail :value)))))
  (let [result (value)]
    (skip)
    (if (<= at (length text)) (fail "end") result)))

[(decode "{\"a\": [1, 2.5, -3], \"b\": {\"c\": true}, \"d\": \"text\"}")
 (decode " [ ] ")
 (select 2 (pcall decode "[1, oops]"))
 (select 2 (pcall decode "[1] 2"))]

;; expect
;; [{:a [1 2.5 -3] :b {:c true} :d "text"} {} "expected value at 5" "expected end at 5"]

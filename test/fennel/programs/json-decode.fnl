;; A recursive-descent JSON parser with error positions.

(local escapes {:n "\n" :t "\t" :r "\r" :b "\b" :f "\f" "\"" "\"" "\\" "\\" "/" "/"})

(fn decode [text]
  (var at 1)

  (fn fail [message]
    (error {: message : at} 0))

  (fn skip-space []
    (set at (text:find "[^ \t\r\n]" at))
    (when (= nil at)
      (set at (+ 1 (length text)))))

  (fn peek []
    (text:sub at at))

  (fn expect [char]
    (if (= (peek) char)
        (set at (+ at 1))
        (fail (string.format "expected %s, found %s" char (if (= "" (peek)) "the end" (peek))))))

  (fn read-word [word value]
    (if (= word (text:sub at (+ at (length word) -1)))
        (do (set at (+ at (length word))) value)
        (fail "unknown word")))

  (fn read-number []
    (let [(_ last) (text:find "^-?%d+%.?%d*[eE]?[+-]?%d*" at)
          digits (text:sub at last)]
      (set at (+ last 1))
      (or (tonumber digits) (fail (.. "bad number " digits)))))

  (fn read-string []
    (expect "\"")
    (let [parts []]
      (var open? true)
      (while open?
        (case (peek)
          "" (fail "unfinished string")
          "\"" (set open? false)
          "\\" (let [code (text:sub (+ at 1) (+ at 1))]
                 (if (= code "u")
                     (let [hex (text:match "^%x%x%x%x" (+ at 2))]
                       (table.insert parts (utf8.char (tonumber (or hex (fail "bad escape")) 16)))
                       (set at (+ at 6)))
                     (do
                       (table.insert parts (or (. escapes code) (fail (.. "bad escape " code))))
                       (set at (+ at 2)))))
          _ (let [plain (text:match "^[^\"\\]+" at)]
              (table.insert parts plain)
              (set at (+ at (length plain))))))
      (expect "\"")
      (table.concat parts)))

  (var read-value nil)

  (fn read-items [open close read-item]
    (expect open)
    (skip-space)
    (if (= (peek) close)
        (set at (+ at 1))
        (do
          (var more? true)
          (while more?
            (read-item)
            (skip-space)
            (if (= (peek) ",")
                (set at (+ at 1))
                (do (expect close) (set more? false)))))))

  (fn read-array []
    (let [items []]
      (var n 0)
      (read-items "[" "]" #(do (set n (+ n 1)) (tset items n (read-value))))
      items))

  (fn read-object []
    (let [fields {}]
      (read-items "{" "}"
                  (fn []
                    (skip-space)
                    (let [key (read-string)]
                      (skip-space)
                      (expect ":")
                      (tset fields key (read-value)))))
      fields))

  (set read-value
       (fn []
         (skip-space)
         (case (peek)
           "{" (read-object)
           "[" (read-array)
           "\"" (read-string)
           "t" (read-word "true" true)
           "f" (read-word "false" false)
           "n" (read-word "null" nil)
           (where c (c:find "[-%d]")) (read-number)
           _ (fail "unexpected character"))))

  (let [value (read-value)]
    (skip-space)
    (if (<= at (length text))
        (fail "trailing text")
        value)))

(fn problem [text]
  (case (pcall decode text)
    (false {: message : at}) (.. at ": " message)))

(values (decode "{\"run\": {\"id\": 17, \"ok\": true, \"tags\": [\"a\", \"b\\n\\u00e9\"]}, \"none\": null, \"t\": -2.5e2}")
        (decode " [ [] , {} , [1,2 , 3] ] ")
        (problem "[1, 2")
        (problem "{\"a\" 1}")
        (problem "nul")
        (problem "[1] x")
        (problem "\"abc")
        (problem "?"))

;; expect
;; {:run {:id 17 :ok true :tags ["a" "b\né"]} :t -250}
;; [{} {} [1 2 3]]
;; "6: expected ], found the end"
;; "6: expected :, found 1"
;; "1: unknown word"
;; "5: trailing text"
;; "5: unfinished string"
;; "1: unexpected character"

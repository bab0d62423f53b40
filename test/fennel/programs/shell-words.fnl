;; Splits a command line into words, with quotes and escapes.
(fn split [line]
  (local words [])
  (var word nil)
  (var quote-mark nil)
  (var escaped? false)
  (fn add [char] (set word (.. (or word "") char)))
  (fn finish []
    (when word
      (table.insert words word)
      (set word nil)))
  (each [char (line:gmatch ".")]
    (if escaped? (do (add char) (set escaped? false))
        (and (= char "\\") (not= quote-mark "'")) (set escaped? true)
        quote-mark (if (= char quote-mark) (set quote-mark nil) (add char))
        (or (= char "\"") (= char "'")) (do (set quote-mark char) (add ""))
        (= char " ") (finish)
        (add char)))
  (finish)
  (if quote-mark (values nil (.. "unclosed " quote-mark)) words))

[(split "npm test -- --grep 'a b'")
 (split "echo \"it's\" a\\ b ''")
 (select 2 (split "echo \"open"))]

;; expect
;; [["npm" "test" "--" "--grep" "a b"] ["echo" "it's" "a b" ""] "unclosed \""]

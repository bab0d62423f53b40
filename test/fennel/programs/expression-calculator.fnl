;; Tokens, precedence climbing, evaluation.
(local operators {"+" {:level 1 :run #(+ $1 $2)}
                  "-" {:level 1 :run #(- $1 $2)}
                  "*" {:level 2 :run #(* $1 $2)}
                  "/" {:level 2 :run #(/ $1 $2)}
                  "^" {:level 3 :right? true :run #(^ $1 $2)}})

(fn tokens [text]
  (let [out []]
    (var at 1)
    (while (<= at (length text))
      (case (text:match "^%s*(%d+%.?%d*)()" at)
        (number after) (do (table.insert out (tonumber number)) (set at after))
        _ (case (text:match "^%s*([-+*/^()])()" at)
            (symbol after) (do (table.insert out symbol) (set at after))
            _ (error (.. "what is this: " (text:sub at)) 0))))
    out))

(fn calculate [text]
  (local stream (tokens text))
  (var expression nil)
  (fn next-token [] (table.remove stream 1))
  (fn primary []
    (case (next-token)
      "(" (let [value (expression 1)] (assert (= ")" (next-token)) "missing )") value)
      "-" (- (primary))
      (where n (= (type n) :number)) n
      other (error (.. "unexpected " (tostring other)) 0)))
  (set expression
       (fn [level]
         (var left (primary))
         (var op (. operators (. stream 1)))
         (while (and op (<= level op.level))
           (next-token)
           (set left (op.run left (expression (if op.right? op.level (+ op.level 1)))))
           (set op (. operators (or (. stream 1) :none))))
         left))
  (expression 1))

(icollect [_ text (ipairs ["1 + 2 * 3" "(1 + 2) * 3" "2 ^ 3 ^ 2" "10 - 4 - 3" "-(2 + 3) * 2" "7 / 2"])]
  (calculate text))

;; expect
;; [7 9 512 3 -10 3.5]

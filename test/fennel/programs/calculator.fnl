;; Tokens, a Pratt parser, and evaluation of arithmetic with variables and functions.

(fn tokens [text]
  (let [out []]
    (var at 1)
    (while (<= at (length text))
      (let [rest (text:sub at)]
        (case (or (rest:match "^(%d+%.?%d*)") (rest:match "^(%a%w*)") (rest:match "^([-+*/^(),])"))
          token (do (table.insert out token)
                    (set at (+ at (length token))))
          _ (if (rest:find "^%s")
                (set at (+ at 1))
                (error (.. "unexpected " (rest:sub 1 1) " at " at) 0)))))
    out))

(local binding-power {"+" [10 11] "-" [10 11] "*" [20 21] "/" [20 21] "^" [31 30]})

(fn parse [text]
  (let [input (tokens text)]
    (var at 0)
    (fn peek [] (. input (+ at 1)))
    (fn next-token [] (set at (+ at 1)) (. input at))
    (fn expect [wanted]
      (case (next-token)
        (where (= wanted)) nil
        other (error (.. "expected " wanted ", found " other) 0)
        nil (error (.. "expected " wanted ", found the end") 0)))

    (var expression nil)

    (fn arguments []
      (let [args []]
        (when (not= ")" (peek))
          (table.insert args (expression 0))
          (while (= "," (peek))
            (next-token)
            (table.insert args (expression 0))))
        (expect ")")
        args))

    (fn prefix []
      (case (next-token)
        "(" (let [inner (expression 0)] (expect ")") inner)
        "-" [:negate (expression 25)]
        (where token (tonumber token)) [:number (tonumber token)]
        (where token (token:find "^%a")) (if (= "(" (peek))
                                             (do (next-token) [:call token (arguments)])
                                             [:variable token])
        token (error (.. "unexpected " token) 0)
        nil (error "unexpected end" 0)))

    (set expression
         (fn [minimum]
           (var left (prefix))
           (var more? true)
           (while more?
             (case (. binding-power (peek))
               (where [power right-power] (>= power minimum))
               (set left [:binary (next-token) left (expression right-power)])
               _ (set more? false)))
           left))

    (let [tree (expression 0)]
      (case (peek)
        token (error (.. "unexpected " token) 0)
        nil tree))))

(local functions {:max math.max :min math.min :sum (fn [...] (accumulate [s 0 _ n (ipairs [...])] (+ s n)))})

(fn evaluate [tree env]
  (match tree
    [:number n] n
    [:variable name] (or (. env name) (error (.. "unknown variable " name) 0))
    [:negate operand] (- (evaluate operand env))
    [:binary "+" a b] (+ (evaluate a env) (evaluate b env))
    [:binary "-" a b] (- (evaluate a env) (evaluate b env))
    [:binary "*" a b] (* (evaluate a env) (evaluate b env))
    [:binary "/" a b] (/ (evaluate a env) (evaluate b env))
    [:binary "^" a b] (^ (evaluate a env) (evaluate b env))
    [:call name args] (let [f (or (. functions name) (error (.. "unknown function " name) 0))]
                        (f (table.unpack (icollect [_ arg (ipairs args)] (evaluate arg env)))))))

(fn calculate [text ?env]
  (case (pcall #(evaluate (parse text) (or ?env {})))
    (true value) value
    (false message) (.. "error: " message)))

(values (icollect [_ text (ipairs ["1 + 2 * 3" "(1 + 2) * 3" "2 ^ 3 ^ 2" "-2 ^ 2" "10 - 4 - 3" "8 / 4 / 2"
                                   "max(1, 7, 3) - min(4, 2)" "sum()" "sum(1, sum(2, 3), 4)"])]
          (calculate text))
        (calculate "x * (y + 0.5)" {:x 4 :y 2})
        (parse "a + f(1, b)")
        (icollect [_ text (ipairs ["1 +" "(1" "1 2" "* 2" "1 $ 2" "z" "nope(1)" "(1,2)"])]
          (calculate text)))

;; expect
;; [7 9 512 -4 3 1 5 0 10]
;; 10
;; ["binary" "+" ["variable" "a"] ["call" "f" [["number" 1] ["variable" "b"]]]]
;; ["error: unexpected end" "error: expected ), found the end" "error: unexpected 2" "error: unexpected *" "error: unexpected $ at 3" "error: unknown variable z" "error: unknown function nope" "error: expected ), found ,"]

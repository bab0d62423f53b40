;; A small Lisp inside Fennel: reader, environment, closures, special forms, a prelude.

(fn read-tokens [source]
  (icollect [token (-> source
                       (: :gsub ";[^\n]*" "")
                       (: :gsub "[()']" " %0 ")
                       (string.gmatch "%S+"))]
    token))

(fn read-all [source]
  (let [tokens (read-tokens source)]
    (var at 0)
    (fn read []
      (set at (+ at 1))
      (match (. tokens at)
        "(" (let [items []]
              (while (not= ")" (or (. tokens (+ at 1)) (error "unclosed list" 0)))
                (table.insert items (read)))
              (set at (+ at 1))
              items)
        ")" (error "unexpected )" 0)
        "'" ["quote" (read)]
        "#t" true
        "#f" false
        token (or (tonumber token) token)))
    (let [forms []]
      (while (. tokens (+ at 1))
        (table.insert forms (read)))
      forms)))

(fn extend [parent names values-list]
  (let [env (setmetatable {} {:__index parent})]
    (each [i name (ipairs names)]
      (tset env name (. values-list i)))
    env))

(var evaluate nil)

(fn evaluate-body [forms first env]
  (for [i first (- (length forms) 1)]
    (evaluate (. forms i) env))
  (evaluate (. forms (length forms)) env))

(set evaluate
     (fn [form env]
       (case form
         ["quote" datum] datum
         ["if" test yes ?no] (if (evaluate test env) (evaluate yes env)
                                 (not= nil ?no) (evaluate ?no env))
         ["define" [name & parameters]] (tset env name (evaluate ["lambda" parameters (table.unpack form 3)] env))
         ["define" name value] (tset env name (evaluate value env))
         ["lambda" parameters] (fn [...]
                                 (evaluate-body form 3 (extend env parameters [...])))
         ["let" bindings] (evaluate-body form 3
                                         (extend env
                                                 (icollect [_ [name] (ipairs bindings)] name)
                                                 (icollect [_ [_ value] (ipairs bindings)] (evaluate value env))))
         ["begin"] (evaluate-body form 2 env)
         (where [head] (not= nil head)) (let [f (evaluate head env)
                                              args (icollect [_ arg (ipairs form)] (evaluate arg env))]
                                          (table.remove args 1)
                                          (f (table.unpack args)))
         (where name (= :string (type name))) (let [value (. env name)]
                                                (if (= nil value) (error (.. "unbound " name) 0) value))
         _ form)))

(local global-env
       {"+" (fn [...] (accumulate [s 0 _ n (ipairs [...])] (+ s n)))
        "*" (fn [...] (accumulate [p 1 _ n (ipairs [...])] (* p n)))
        "-" #(- $1 $2) "<" #(< $1 $2) "=" #(= $1 $2)
        :list (fn [...] [...])
        :car #(. $ 1)
        :cdr (fn [[_ & rest]] rest)
        :cons (fn [x xs] [x (table.unpack xs)])
        :null? #(= 0 (length $))})

(fn run [source]
  (accumulate [result nil _ form (ipairs (read-all source))]
    (evaluate form global-env)))

(run "
(define (map f xs) (if (null? xs) xs (cons (f (car xs)) (map f (cdr xs)))))
(define (fold f acc xs) (if (null? xs) acc (fold f (f acc (car xs)) (cdr xs))))
(define (range a b) (if (< a b) (cons a (range (+ a 1) b)) '()))
(define (compose f g) (lambda (x) (f (g x)))) ; functions are values
(define (make-counter) (let ((n 10)) (lambda (step) (begin (define n (+ n step)) n))))
")

(fn failure [source]
  (select 2 (pcall run source)))

(values (run "(map (lambda (x) (* x x)) (range 1 6))")
        (run "(fold + 0 (range 0 101))")
        (run "((compose (lambda (x) (+ x 1)) (lambda (x) (* x 10))) 4)")
        (run "'(a (b 1) #t)")
        (run "(define (fact n) (if (= n 0) 1 (* n (fact (- n 1))))) (fact 10)")
        (run "(let ((x 2) (y 3)) (let ((x 7)) (* x y)))")
        (run "(define k (make-counter)) (begin (k 1) (k 5))")
        (run "(if #f 1)")
        [(failure "(nope 1)") (failure "(+ 1") (failure ")")])

;; expect
;; [1 4 9 16 25]
;; 5050
;; 41
;; ["a" ["b" 1] true]
;; 3628800
;; 21
;; 15
;; nil
;; ["unbound nope" "unclosed list" "unexpected )"]

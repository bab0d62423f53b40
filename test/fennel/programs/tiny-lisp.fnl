;; A lisp inside the lisp.
(fn tokens [text]
  (icollect [t (string.gmatch (text:gsub "[()]" " %0 ") "%S+")] t))

(fn read [stream]
  (case (table.remove stream 1)
    "(" (let [list []]
          (while (not= ")" (. stream 1))
            (table.insert list (read stream)))
          (table.remove stream 1)
          list)
    token (or (tonumber token) token)))

(fn child [outer names given]
  (let [env (setmetatable {} {:__index outer})]
    (each [i name (ipairs names)] (tset env name (. given i)))
    env))

(fn run [form env]
  (case form
    (where name (= (type name) :string)) (. env name)
    (where n (= (type n) :number)) n
    [:if test yes no] (run (if (run test env) yes no) env)
    [:lambda names body] (fn [...] (run body (child env names [...])))
    [:define name value] (let [v (run value env)] (tset env name v) v)
    [:begin & forms] (accumulate [last nil _ f (ipairs forms)] (run f env))
    [head & args] ((run head env) (table.unpack (icollect [_ a (ipairs args)] (run a env))))))

(local global-env {"+" #(+ $1 $2) "-" #(- $1 $2) "*" #(* $1 $2) "<" #(< $1 $2) "=" #(= $1 $2)})

(fn lisp [text] (run (read (tokens text)) global-env))

(lisp "(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))")
(lisp "(define twice (lambda (f) (lambda (x) (f (f x)))))")
[(lisp "(fact 10)") (lisp "((twice (twice (lambda (x) (+ x 3)))) 1)") (lisp "(begin 1 2 (+ 1 2))")]

;; expect
;; [3628800 13 3]

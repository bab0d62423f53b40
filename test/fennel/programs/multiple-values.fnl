;; Where several values go and where only the first is kept.

(fn three [] (values 1 nil 3))
(fn none [] (values))
(fn pass [...] ...)
(fn count [...] (select :# ...))

(fn divide [a b]
  (if (= b 0)
      (values nil "division by zero")
      (values (// a b) (% a b))))

(fn first-and-rest [head & tail]
  (values head (length tail)))

(fn swap [a b ...] (values b a ...))

(fn through-let [...]
  (let [x 1] (pass x ...)))

(fn through-if [flag ...]
  (if flag ... (values :no :values)))

(fn through-when [flag]
  (when flag (values 1 2 3)))

(fn through-case [...]
  (case ...
    (a b) (values b a)
    a (values a a a)))

(local (a b c d) (three))
(local only-first (three))
(var (x y) (values 10 20))
(set (x y) (values y x))

(values [(count (three)) (count (three) (three)) (count (none)) (count (none) (none)) (count nil)]
        [a b c d only-first]
        [x y]
        [(divide 17 5)]
        (select 2 (divide 1 0))
        [(first-and-rest :a :b :c)]
        [(swap 1 2 3 4)]
        [(count (through-let)) (count (through-let nil nil))]
        [(count (through-if true nil nil nil)) (through-if false)]
        (count (through-when true))
        [(through-case 1 2)]
        [(through-case 5)]
        [(pick-values 2 (values :p :q :r))]
        [(count (pick-values 3 (none))) (count (pick-values 0 1 2))]
        [(values (values 1 2) (values 3 4))]
        [(do (values :last :of :do))]
        {:only (values "first" "second")}
        [(table.unpack [1 2 3] 2)]
        (let [f #(values $2 $1)] [(f 1 2)])
        (string.format "%s-%s-%s" (pass 1 2 3)))

;; expect
;; [3 4 0 1 1]
;; {1 1 3 3 5 1}
;; [20 10]
;; [3 2]
;; "division by zero"
;; ["a" 2]
;; [2 1 3 4]
;; [1 3]
;; [3 "no" "values"]
;; 3
;; [2 1]
;; [5 5 5]
;; ["p" "q"]
;; [3 0]
;; [1 3 4]
;; ["last" "of" "do"]
;; {:only "first"}
;; [2 3]
;; [2 1]
;; "1-2-3"

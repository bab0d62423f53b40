;; Macros defined in the file itself: one at a time, several in a table, and with help from compile-time functions.

(macro my-or [a b]
  `(let [value# ,a]
     (if value# value# ,b)))

(macro inc! [name ?amount]
  `(set ,name (+ ,name ,(or ?amount 1))))

(macros {:square (fn [x] `(let [x# ,x] (* x# x#)))
         :constants (fn [...]
                      (let [out (list (sym :local))
                            names (sequence) given (sequence)]
                        (each [i name (ipairs [...])]
                          (table.insert names name)
                          (table.insert given i))
                        (table.insert out (list (unpack names)))
                        (table.insert out `(values ,(unpack given)))
                        out))})

(macro debug-form [form]
  `[,(view form {:one-line? true}) ,form])

(macro assert-all [...]
  (let [problems (gensym :problems)
        checks (icollect [_ form (ipairs [...])]
                 `(when (not ,form)
                    (table.insert ,problems ,(view form))))]
    `(let [,problems []]
       (do ,(unpack checks))
       ,problems)))

(macro kind-of [x]
  (if (sym? x) "symbol"
      (list? x) "list"
      (sequence? x) "sequence"
      (table? x) "table"
      (type x)))

(macro make-struct [name ...]
  (let [fields [...]
        args (icollect [_ f (ipairs fields)] (sym (tostring f)))
        tbl (collect [_ f (ipairs fields)] (tostring f) (sym (tostring f)))]
    `(fn ,name ,args ,tbl)))

(macro unrolled-sum [n]
  (let [form `(+)]
    (for [i 1 n] (table.insert form i))
    form))

(macro when-local [name yes no]
  (if (in-scope? name) yes no))

(var evaluated 0)
(fn effect [x] (inc! evaluated) x)

(local value :mine)
(constants RED GREEN BLUE)

(make-struct point x y)

(var n 10)
(inc! n)
(inc! n 5)

(values [(my-or nil value) (my-or false :b) (my-or :a (error :never))]
        (square (effect 6)) evaluated
        [RED GREEN BLUE]
        (debug-form (+ 1 (* 2 3)))
        (assert-all (= 1 1) (= 1 2) (< n 3))
        [(kind-of foo) (kind-of (a b)) (kind-of [1]) (kind-of {:a 1}) (kind-of "s") (kind-of 1)]
        (point 3 4)
        (unrolled-sum 10)
        [(when-local n "here" "not") (when-local nowhere "here" "not")]
        n
        (do
          (macro square [x] `(.. ,x ,x))
          (square "ab"))
        (square 5))

;; expect
;; ["mine" "b" "a"]
;; 36
;; 1
;; [1 2 3]
;; ["(+ 1 (* 2 3))" 7]
;; ["(= 1 2)" "(< n 3)"]
;; ["symbol" "list" "sequence" "table" "string" "number"]
;; {:x 3 :y 4}
;; 55
;; ["here" "not"]
;; 16
;; "abab"
;; 25

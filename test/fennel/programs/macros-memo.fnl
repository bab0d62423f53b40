;; Work done while compiling: tables that are ready when the program starts.
(macro squares [n]
  (fcollect [i 1 n] (* i i)))

(macro lookup-table [f from to]
  (let [entries {}]
    (for [i from to] (tset entries i `(,f ,i)))
    entries))

(macro crc-table []
  (fcollect [i 0 7]
    (faccumulate [c i _ 1 3]
      (if (= 1 (band c 1)) (bxor 0x6 (rshift c 1)) (rshift c 1)))))

(macro field-getters [...]
  (let [out `{}]
    (each [_ name (ipairs [...])]
      (tset out (tostring name) `(fn [row#] (. row# ,(tostring name)))))
    out))

(macro const-fold [form]
  (fn fold [x]
    (if (and (list? x) (sym? (. x 1) :+))
        (let [(known unknown) (values [] [])]
          (for [i 2 (length x)]
            (let [part (fold (. x i))]
              (table.insert (if (= (type part) :number) known unknown) part)))
          (let [total (accumulate [t 0 _ k (ipairs known)] (+ t k))]
            (if (= 0 (length unknown)) total `(+ ,total ,(unpack unknown)))))
        x))
  (fold form))

(local x 100)
(local getters (field-getters state ref))
[(squares 5)
 (. (lookup-table #(* $ 2) 3 4) 4)
 (crc-table)
 (getters.ref {:ref :main :state :queued})
 (const-fold (+ 1 (+ 2 3) x 4))]

;; expect
;; [[1 4 9 16 25] 8 [0 7 3 4 6 1 5 2] "main" 110]

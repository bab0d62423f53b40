;; Roman numerals there and back.
(local digits [[1000 :M] [900 :CM] [500 :D] [400 :CD] [100 :C] [90 :XC]
               [50 :L] [40 :XL] [10 :X] [9 :IX] [5 :V] [4 :IV] [1 :I]])

(fn ->roman [n]
  (var rest n)
  (let [out []]
    (each [_ [value letters] (ipairs digits)]
      (while (<= value rest)
        (table.insert out letters)
        (set rest (- rest value))))
    (table.concat out)))

(local worth (collect [_ [value letters] (ipairs digits)] letters value))

(fn roman-> [s]
  (accumulate [total 0 i (string.gmatch s "()")]
    (let [here (or (. worth (s:sub i i)) 0)
          next-one (or (. worth (s:sub (+ i 1) (+ i 1))) 0)]
      (if (< here next-one) (- total here) (+ total here)))))

(let [numbers [1 4 9 14 40 90 400 1994 2026]
      romans (icollect [_ n (ipairs numbers)] (->roman n))]
  [romans (icollect [_ r (ipairs romans)] (roman-> r))])

;; expect
;; [["I" "IV" "IX" "XIV" "XL" "XC" "CD" "MCMXCIV" "MMXXVI"] [1 4 9 14 40 90 400 1994 2026]]

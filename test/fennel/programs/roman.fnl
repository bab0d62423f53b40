;; Roman numerals both ways, with the strict form required on the way back.

(local numerals [[1000 "M"] [900 "CM"] [500 "D"] [400 "CD"] [100 "C"] [90 "XC"]
                 [50 "L"] [40 "XL"] [10 "X"] [9 "IX"] [5 "V"] [4 "IV"] [1 "I"]])

(fn to-roman [n]
  (assert (< 0 n 4000) "out of range")
  (let [(text rest) (accumulate [(text rest) (values "" n)
                                 _ [value symbol] (ipairs numerals)]
                      (values (.. text (string.rep symbol (// rest value)))
                              (% rest value)))]
    (assert (= 0 rest))
    text))

(fn from-roman [text]
  (var rest text)
  (var total 0)
  (each [_ [value symbol] (ipairs numerals)]
    (while (= symbol (rest:sub 1 (length symbol)))
      (set total (+ total value))
      (set rest (rest:sub (+ 1 (length symbol))))))
  (case (and (= "" rest) (< 0 total 4000) (to-roman total))
    (where canonical (= canonical text)) total
    _ (values nil (.. "not a roman numeral: " text))))

(values (icollect [_ n (ipairs [1 4 9 14 40 90 400 1994 2026 3999])] (to-roman n))
        (icollect [_ text (ipairs ["I" "IV" "XLII" "MCMXCIV"])] (from-roman text))
        [(from-roman "IIII")]
        (select 2 (from-roman "MXQ"))
        (faccumulate [ok true n 1 3999 97 &until (not ok)]
          (= n (from-roman (to-roman n))))
        (let [(_ message) (pcall to-roman 4000)] (message:match "out of range$"))
        (pick-values 1 (pcall to-roman 0)))

;; expect
;; ["I" "IV" "IX" "XIV" "XL" "XC" "CD" "MCMXCIV" "MMXXVI" "MMMCMXCIX"]
;; [1 4 42 1994]
;; {2 "not a roman numeral: IIII"}
;; "not a roman numeral: MXQ"
;; true
;; "out of range"
;; false

;; Number work: sieves, factors, bases, formatting, integer and float arithmetic.

(fn sieve [limit]
  (let [composite {}]
    (fcollect [n 2 limit]
      (when (not (. composite n))
        (for [multiple (* n n) limit n]
          (tset composite multiple true))
        n))))

(fn factors [n]
  (var rest n)
  (var out [])
  (var divisor 2)
  (while (< 1 rest)
    (if (= 0 (% rest divisor))
        (do (table.insert out divisor)
            (set rest (// rest divisor)))
        (set divisor (if (> (* divisor divisor) rest) rest (+ divisor 1)))))
  out)

(fn gcd [a b] (if (= b 0) a (gcd b (% a b))))
(fn lcm [a b] (// (* a b) (gcd a b)))

(fn to-base [n base]
  (let [digits "0123456789abcdefghijklmnopqrstuvwxyz"]
    (var rest n)
    (var text "")
    (while (or (< 0 rest) (= "" text))
      (let [digit (+ 1 (% rest base))]
        (set text (.. (digits:sub digit digit) text))
        (set rest (// rest base))))
    text))

(fn with-thousands [n]
  (let [(sign digits fraction) (: (tostring n) :match "^(-?)(%d+)(.*)$")
        grouped (-> digits (: :reverse) (: :gsub "(%d%d%d)" "%1,") (: :reverse))
        grouped (pick-values 1 (grouped:gsub "^," ""))]
    (.. sign grouped fraction)))

(fn mean-and-deviation [...]
  (let [list [...]
        n (length list)
        mean (/ (accumulate [s 0 _ x (ipairs list)] (+ s x)) n)
        variance (/ (accumulate [s 0 _ x (ipairs list)] (+ s (^ (- x mean) 2))) n)]
    (values mean (math.sqrt variance))))

(fn perfect? [n]
  (= n (faccumulate [sum 0 d 1 (// n 2)]
         (if (= 0 (% n d)) (+ sum d) sum))))

(fn digits-sum [n]
  (accumulate [s 0 d (: (tostring n) :gmatch "%d")] (+ s (tonumber d))))

(values (sieve 40)
        (factors 360)
        (factors 97)
        [(gcd 48 36) (lcm 4 6) (accumulate [g 0 _ n (ipairs [12 18 30])] (gcd n g))]
        [(to-base 255 2) (to-base 255 16) (to-base 0 7) (tonumber "zz" 36) (tonumber "0x1F")]
        [(with-thousands 1234567) (with-thousands -999) (with-thousands 1000.5)]
        [(mean-and-deviation 2 4 4 4 5 5 7 9)]
        (fcollect [n 2 500] (if (perfect? n) n))
        (digits-sum 98765)
        [(// 7 2) (// -7 2) (% -7 3) (// 7.5 2) (% 5.5 2)]
        [(tostring (/ 6 2)) (tostring (// 6 2)) (tostring (^ 2 3)) (tostring (* 2 3.0)) (tostring 1e3)]
        [1_000_000 0xff 1e-2 0.5 (- 5) (- (- 3))]
        [(math.floor -2.5) (math.ceil -2.5) (math.max 1 2.5) (math.tointeger 4.0)]
        [(= 1 1.0) (math.type 1) (math.type 1.0) (math.type "1")]
        [(< 1 2 3) (< 1 3 2) (= 2 2 2) (not= 1 2) (>= 3 3 1)])

;; expect
;; [2 3 5 7 11 13 17 19 23 29 31 37]
;; [2 2 2 3 3 5]
;; [97]
;; [12 12 6]
;; ["11111111" "ff" "0" 1295 31]
;; ["1,234,567" "-999" "1,000.5"]
;; [5 2]
;; [6 28 496]
;; 35
;; [3 -4 2 3 1.5]
;; ["3.0" "3" "8.0" "6.0" "1000.0"]
;; [1000000 255 0.01 0.5 -5 3]
;; [-3 -2 2.5 4]
;; [true "integer" "float"]
;; [true false true true true]

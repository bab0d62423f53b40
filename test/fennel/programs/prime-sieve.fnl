;; Primes by crossing out, and what they factor.
(fn sieve [limit]
  (let [composite {}]
    (for [n 2 (math.floor (math.sqrt limit))]
      (when (not (. composite n))
        (for [multiple (* n n) limit n]
          (tset composite multiple true))))
    (fcollect [n 2 limit] (when (not (. composite n)) n))))

(fn factors [n primes]
  (var rest n)
  (icollect [_ prime (ipairs primes) &until (= rest 1)]
    (do
      (var power 0)
      (while (= 0 (% rest prime))
        (set power (+ power 1))
        (set rest (// rest prime)))
      (case power
        0 nil
        1 (tostring prime)
        n (.. prime "^" n)))))

(let [primes (sieve 50)]
  {:primes (table.concat primes " ")
   :count (length primes)
   :factored (icollect [_ n (ipairs [12 97 360 2310])]
               (.. n " = " (table.concat (factors n (sieve 100)) " * ")))})

;; expect
;; {:count 15 :factored ["12 = 2^2 * 3" "97 = 97" "360 = 2^3 * 3^2 * 5" "2310 = 2 * 3 * 5 * 7 * 11"] :primes "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47"}

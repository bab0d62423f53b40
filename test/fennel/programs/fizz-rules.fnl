;; The classic, by rules instead of conditions.
(local rules [[3 :fizz] [5 :buzz] [7 :bang]])

(fn say [n]
  (let [words (icollect [_ [divisor word] (ipairs rules)]
                (when (= 0 (% n divisor)) word))]
    (if (= 0 (length words)) (tostring n) (table.concat words))))

(fn by-match [n]
  (case (values (% n 3) (% n 5))
    (0 0) :fizzbuzz
    (0 _) :fizz
    (_ 0) :buzz
    _ (tostring n)))

(fn by-threading [n]
  (-> ""
      (.. (if (= 0 (% n 3)) :fizz ""))
      (.. (if (= 0 (% n 5)) :buzz ""))
      (#(if (= "" $) (tostring n) $))))

[(fcollect [n 19 21] (say n))
 (say 105)
 (table.concat (fcollect [n 1 15] (by-match n)) " ")
 (= (by-match 30) (by-threading 30))]

;; expect
;; [["19" "buzz" "fizzbang"] "fizzbuzzbang" "1 2 fizz 4 buzz fizz 7 8 fizz buzz 11 fizz 13 14 fizzbuzz" true]

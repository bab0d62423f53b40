;; Recursion that must not grow the stack, and recursion that may.

(fn count-down [n ?steps]
  (if (= n 0)
      (or ?steps 0)
      (count-down (- n 1) (+ (or ?steps 0) 1))))

(var odd? nil)

(fn even? [n]
  (if (= n 0) true
      (tail! (odd? (- n 1)))))

(set odd? (fn [n]
            (if (= n 0) false
                (even? (- n 1)))))

(fn sum-list [list i total]
  (case (. list i)
    n (sum-list list (+ i 1) (+ total n))
    nil total))

(fn through-do [n]
  (when (< 0 n)
    (let [next-n (- n 1)]
      (do
        (case next-n
          0 :bottom
          _ (through-do next-n))))))

(fn collatz [n steps highest]
  (match n
    1 (values steps highest)
    (where n (= 0 (% n 2))) (collatz (// n 2) (+ steps 1) highest)
    _ (let [up (+ (* 3 n) 1)]
        (collatz up (+ steps 1) (math.max highest up)))))

(fn ackermann [m n]
  (if (= m 0) (+ n 1)
      (= n 0) (ackermann (- m 1) 1)
      (ackermann (- m 1) (ackermann m (- n 1)))))

(fn trampoline [f ...]
  (var step (f ...))
  (while (= :function (type step))
    (set step (step)))
  step)

(fn bounce [n acc]
  (if (= n 0) acc
      #(bounce (- n 1) (+ acc n))))

(local numbers (fcollect [i 1 1000] i))

(values (count-down 100000)
        [(even? 5000) (odd? 5001) (even? 77)]
        (sum-list numbers 1 0)
        (through-do 20000)
        [(collatz 27 0 27)]
        (ackermann 2 3)
        (trampoline bounce 1000 0))

;; expect
;; 100000
;; [true true false]
;; 500500
;; "bottom"
;; [111 9232]
;; 9
;; 500500

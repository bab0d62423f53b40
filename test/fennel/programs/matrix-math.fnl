;; Small matrices as objects with operators.
(local Matrix {})
(set Matrix.__index Matrix)

(fn matrix [rows] (setmetatable rows Matrix))

(fn Matrix.__add [a b]
  (matrix (icollect [i row (ipairs a)]
            (icollect [j x (ipairs row)] (+ x (. b i j))))))

(fn Matrix.__mul [a b]
  (matrix (icollect [_ row (ipairs a)]
            (fcollect [j 1 (length (. b 1))]
              (accumulate [sum 0 k x (ipairs row)]
                (+ sum (* x (. b k j))))))))

(fn Matrix.__eq [a b]
  (accumulate [same (= (length a) (length b)) i row (ipairs a) &until (not same)]
    (accumulate [same true j x (ipairs row) &until (not same)]
      (= x (. b i j)))))

(fn Matrix.transpose [self]
  (matrix (fcollect [j 1 (length (. self 1))]
            (icollect [_ row (ipairs self)] (. row j)))))

(fn Matrix.__unm [a] (matrix (icollect [_ row (ipairs a)] (icollect [_ x (ipairs row)] (- x)))))
(fn Matrix.__call [self i j] (. self i j))

(fn identity [n] (matrix (fcollect [i 1 n] (fcollect [j 1 n] (if (= i j) 1 0)))))
(fn power [m n]
  (if (= n 0) (identity (rawlen m))
      (= 0 (% n 2)) (let [half (power m (// n 2))] (* half half))
      (* m (power m (- n 1)))))

(let [a (matrix [[1 2] [3 4]])
      fib (matrix [[1 1] [1 0]])]
  [(+ a a) (* a (identity 2)) (a:transpose) (- a)
   ((power fib 30) 1 2) (= a (* (identity 2) a)) (a 2 1)])

;; expect
;; [[[2 4] [6 8]] [[1 2] [3 4]] [[1 3] [2 4]] [[-1 -2] [-3 -4]] 832040 true 3]

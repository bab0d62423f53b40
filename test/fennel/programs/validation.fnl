;; Checking input in steps, any of which may fail: case-try, match-try and their catch clauses.

(fn required [form field]
  (case (. form field)
    nil (values nil :missing field)
    "" (values nil :blank field)
    value value))

(fn to-number [text]
  (case (tonumber text)
    n n
    nil (values nil :not-a-number text)))

(fn in-range [n low high]
  (if (<= low n high) n
      (values nil :out-of-range n low high)))

(fn read-port [form]
  (case-try (required form :port)
    text (to-number text)
    n (in-range n 1 65535)
    (where port (not= port 22)) {: port}
    (catch
      (nil :missing field) {:default field :port 80}
      (nil :blank field) (.. field " must not be blank")
      (nil :out-of-range n low high) (string.format "%d is not between %d and %d" n low high)
      (nil reason detail) (.. reason ": " detail)
      22 "port 22 is taken")))

(fn chain [value]
  (case-try value
    {:next {: id}} (values id (* id 10))
    (a b) [a b]
    [x y] (+ x y)))

(fn checked-pair [form]
  (match-try (required form :first)
    a (required form :second)
    a :equal
    (catch
      a :pinned
      other (.. "differs: " other)
      (nil kind field) (.. kind " " field))))

(fn all-values [...]
  (let [count (select :# ...)]
    (case-try (values ...)
      (1 2) [:one-two count ...]
      [_ n & rest] (values n (length rest)))))

(fn counted []
  (var calls 0)
  (fn call [x] (set calls (+ calls 1)) x)
  (case-try (call 1)
    1 (call 2)
    3 (call 3)
    (catch
      n [n calls])))

(values (read-port {:port "8080"})
        (read-port {})
        (read-port {:port ""})
        (read-port {:port "70000"})
        (read-port {:port "many"})
        (read-port {:port "22"})
        [(chain {:next {:id 4}}) (chain 5)]
        (select :# (chain nil))
        [(checked-pair {:first "x" :second "x"}) (checked-pair {:first "x" :second "y"}) (checked-pair {:first "x"}) (checked-pair {})]
        [(all-values 1 2)]
        [(all-values 1 3 5)]
        (counted))

;; expect
;; {:port 8080}
;; {:default "port" :port 80}
;; "port must not be blank"
;; "70000 is not between 1 and 65535"
;; "not-a-number: many"
;; "port 22 is taken"
;; [44 5]
;; 1
;; ["equal" "differs: y" "missing second" "missing first"]
;; [2 2]
;; [1 3 5]
;; [2 2]

;; Raising and catching: positions, values of any kind, rethrowing, handlers, assertions, retries.

(fn strip [message] (message:gsub "^.-:%d+: " ""))

(fn guarded [f ...]
  (case (pcall f ...)
    true :ok
    (false {: code :detail ?detail}) (.. "code " code " " (or ?detail "-"))
    (false message) (pick-values 1 (strip (tostring message)))))

(fn with-retries [attempts f]
  (fn attempt [n problems]
    (case (pcall f n)
      (true result) (values result problems)
      (where (false problem) (< n attempts)) (attempt (+ n 1) (doto problems (table.insert problem)))
      (false problem) (values nil (doto problems (table.insert problem)))))
  (attempt 1 []))

(fn ensure [f cleanup]
  (let [results (table.pack (pcall f))]
    (cleanup)
    (if (. results 1)
        (table.unpack results 2 results.n)
        (error (. results 2) 0))))

(local cleaned [])
(local not-found (setmetatable {:code 404} {:__tostring #(.. "not found: " $.code)}))

(fn lines-of [f]
  (let [(_ message) (pcall f)
        (file line) (message:match "^(.-):(%d+):")]
    [(file:match "[^/]*$") (tonumber line)]))

(values (guarded #1)
        (guarded error {:code 1})
        (guarded error {:code 2 :detail "disk"})
        (guarded #(error "plain"))
        (guarded #(error "no position" 0))
        (guarded #(assert false "asserted"))
        (guarded #(assert nil))
        (tostring (select 2 (pcall error not-found)))
        (select :# (pcall error nil))
        [(with-retries 3 (fn [n] (if (< n 3) (error (.. "try " n) 0) n)))]
        [(with-retries 2 (fn [n] (error n)))]
        (ensure #:value #(table.insert cleaned 1))
        (guarded #(ensure #(error {:code 5}) #(table.insert cleaned 2)))
        (length cleaned)
        [(xpcall #(error {:code 9}) (fn [problem] (values (+ problem.code 1) :ignored)))]
        [(assert 1 "unused") (select "#" (assert 1 2 3))]
        (lines-of #(error "here"))
        (lines-of (fn []
                    (let [t nil]
                      t.field))))

;; expect
;; "ok"
;; "code 1 -"
;; "code 2 disk"
;; "plain"
;; "no position"
;; "asserted"
;; "assertion failed!"
;; "not found: 404"
;; 2
;; [3 ["try 1" "try 2"]]
;; {2 [1 2]}
;; "value"
;; "code 5 -"
;; 2
;; [false 10]
;; [1 3]
;; ["errors.fnl" 50]
;; ["errors.fnl" 53]

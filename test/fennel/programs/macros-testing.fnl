;; A small test library of macros: failures show the form that failed.
(macro check [form]
  (let [text (view form)]
    `(table.insert results
       (let [(ok?# value#) (pcall (fn [] ,form))]
         (if (not ok?#) [:error ,text (tostring value#)]
             value#     [:pass ,text]
             [:fail ,text])))))

(macro deftest [name ...]
  (let [body `(do)]
    (each [_ form (ipairs [...])]
      (table.insert body `(check ,form)))
    `(fn ,name [] (let [,(sym :results) []] ,body ,(sym :results)))))

(fn parity [n] (if (= 0 (% n 2)) :even :odd))

(deftest parity-test
  (= (parity 2) :even)
  (= (parity 3) :even)
  (parity :three))

(fn summary [results]
  (let [counts {:pass 0 :fail 0 :error 0}]
    (each [_ [kind] (ipairs results)]
      (tset counts kind (+ 1 (. counts kind))))
    counts))

(let [results (parity-test)]
  [(summary results) (. results 2 2) (type (. results 3 3))])

;; expect
;; [{:error 1 :fail 1 :pass 1} "(= (parity 3) \"even\")" "string"]

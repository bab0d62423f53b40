;; An event emitter: listeners in order, once, wildcard, removal while emitting, and errors that stay apart.

(fn make-emitter []
  {:listeners {} :problems []})

(fn on [emitter name listener]
  (when (not (. emitter.listeners name))
    (tset emitter.listeners name []))
  (table.insert (. emitter.listeners name) listener)
  (fn off []
    (each [i l (ipairs (. emitter.listeners name)) &until (= l nil)]
      (when (= l listener)
        (table.remove (. emitter.listeners name) i)))))

(fn once [emitter name listener]
  (var off nil)
  (set off (on emitter name (fn [...]
                              (off)
                              (listener ...)))))

(fn emit [emitter name ...]
  (let [args (table.pack ...)
        called (icollect [_ l (ipairs (or (. emitter.listeners name) []))] l)]
    (each [_ l (ipairs (or (. emitter.listeners "*") []))]
      (table.insert called (partial l name)))
    (accumulate [count 0 _ listener (ipairs called)]
      (case (pcall listener (table.unpack args 1 args.n))
        true (+ count 1)
        (false problem) (do (table.insert emitter.problems problem)
                            count)))))

(local log [])
(fn note [...] (table.insert log (table.concat (icollect [_ v (ipairs [...])] (tostring v)) " ")))

(local emitter (make-emitter))
(local off-second (do
                    (on emitter :job #(note "first" $1))
                    (on emitter :job #(note "second" $1 $2))))
(once emitter :job #(note "once" $...))
(on emitter :job #(error {:reason $2}))
(on emitter "*" (fn [name ...] (note "any" name (select :# ...))))

(local counts [(emit emitter :job "unit" nil)
               (do (off-second)
                   (emit emitter :job "lint" "late"))
               (emit emitter :other)])

(values counts log emitter.problems)

;; expect
;; [4 2 1]
;; ["first unit" "second unit" "once unit" "any job 2" "first lint" "any job 2" "any other 0"]
;; [{} {:reason "late"}]

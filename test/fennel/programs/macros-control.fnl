;; Control structures of one's own.
(macro unless [condition ...]
  `(if (not ,condition) (do ,...)))

(macro while-let [[name value] ...]
  `(do
     (var done?# false)
     (while (not done?#)
       (let [,name ,value]
         (if (= nil ,name)
             (set done?# true)
             (do ,...))))))

(macro repeat [n ...]
  `(for [_# 1 ,n] ,...))

(macro cond [...]
  (let [out `(if)]
    (each [_ [test & body] (ipairs [...])]
      (table.insert out (if (and (sym? test) (= (tostring test) :else)) true test))
      (table.insert out `(do ,(unpack body))))
    out))

(macro my-or [a ...]
  (if (= 0 (select :# ...)) a
      `(let [a# ,a] (if a# a# (my-or ,...)))))

(macro unless [test & body]
  `(when (not ,test) ,(unpack body)))

(local queue [1 2 3])
(local out [])
(while-let [item (table.remove queue 1)]
  (table.insert out (* item 10)))
(repeat 2 (table.insert out :again))
(fn size [n] (cond [(< n 10) :small] [(< n 100) (local unused 1) :medium] [else :large]))
(unless (= 1 2) (table.insert out :unless))
[out (size 5) (size 50) (size 500) (my-or nil false 7) (let [a# 3] (my-or false a#))]

;; expect
;; [[10 20 30 "again" "again" "unless"] "small" "medium" "large" 7 3]

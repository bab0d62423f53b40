;; The difference of two texts by their longest common subsequence, as a unified diff without context.

(fn lines [text]
  (icollect [line (text:gmatch "[^\n]+")] line))

(fn lcs-table [a b]
  (let [lengths (setmetatable {} {:__index #0})]
    (fn at [i j] (. lengths (+ (* i 1000) j)))
    (for [i (length a) 1 -1]
      (for [j (length b) 1 -1]
        (tset lengths (+ (* i 1000) j)
              (if (= (. a i) (. b j))
                  (+ 1 (at (+ i 1) (+ j 1)))
                  (math.max (at (+ i 1) j) (at i (+ j 1)))))))
    at))

(fn diff [a b]
  (let [at (lcs-table a b)
        out []]
    (fn walk [i j]
      (case (values (. a i) (. b j))
        (x x) (do (table.insert out [:keep x])
                  (walk (+ i 1) (+ j 1)))
        (x y) (if (>= (at (+ i 1) j) (at i (+ j 1)))
                  (do (table.insert out [:remove x])
                      (walk (+ i 1) j))
                  (do (table.insert out [:add y])
                      (walk i (+ j 1))))
        (x nil) (do (table.insert out [:remove x])
                    (walk (+ i 1) j))
        (nil y) (do (table.insert out [:add y])
                    (walk i (+ j 1)))))
    (walk 1 1)
    out))

(local marks {:keep " " :remove "-" :add "+"})

(fn show [changes]
  (icollect [_ [kind line] (ipairs changes)]
    (.. (. marks kind) line)))

(fn apply [changes]
  (icollect [_ change (ipairs changes)]
    (case change
      (where (or [:keep line] [:add line])) line)))

(fn revert [changes]
  (icollect [_ change (ipairs changes)]
    (match change
      (where [kind line] (not= kind :add)) line)))

(fn stats [changes]
  (accumulate [(added removed) (values 0 0) _ [kind] (ipairs changes)]
    (case kind
      :add (values (+ added 1) removed)
      :remove (values added (+ removed 1))
      _ (values added removed))))

(local old (lines "alpha\nbeta\ngamma\ndelta\n"))
(local new (lines "alpha\ngamma\nnew\ndelta\nend\n"))
(local changes (diff old new))

(values (show changes)
        (table.concat (apply changes) ",")
        (table.concat (revert changes) ",")
        [(stats changes)]
        (show (diff [] ["x"]))
        (show (diff ["x"] []))
        [(stats (diff old old))])

;; expect
;; [" alpha" "-beta" " gamma" "+new" " delta" "+end"]
;; "alpha,gamma,new,delta,end"
;; "alpha,beta,gamma,delta"
;; [2 1]
;; ["+x"]
;; ["-x"]
;; [0 0]

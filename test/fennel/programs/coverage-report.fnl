;; Turns raw coverage counters into a report: totals, percentages, the worst files, a table of text.

(local raw [{:file "src/store/append.ts" :lines 120 :covered 114}
            {:file "src/store/read.ts" :lines 80 :covered 80}
            {:file "src/web/page.ts" :lines 200 :covered 90}
            {:file "src/web/style.ts" :lines 0 :covered 0}
            {:file "src/ci/run.ts" :lines 50 :covered 41}])

(fn percent [{: lines : covered}]
  (if (= lines 0) 100
      (/ (* 100 covered) lines)))

(fn room [file] (file:match "^src/([^/]+)/"))

(local totals
       (accumulate [(lines covered) (values 0 0)
                    _ entry (ipairs raw)]
         (values (+ lines entry.lines) (+ covered entry.covered))))

(local by-room
       (accumulate [rooms {} _ {: file : lines : covered} (ipairs raw)]
         (let [name (room file)
               sum (or (. rooms name) {:lines 0 :covered 0})]
           (tset rooms name {:lines (+ sum.lines lines) :covered (+ sum.covered covered)})
           rooms)))

(local rounded
       (collect [name sums (pairs by-room)]
         (values name (string.format "%.1f" (percent sums)))))

(fn worst [entries count]
  (let [sorted (icollect [_ e (ipairs entries)] e)]
    (table.sort sorted (fn [a b]
                         (let [pa (percent a) pb (percent b)]
                           (if (= pa pb) (< a.file b.file) (< pa pb)))))
    (fcollect [i 1 (math.min count (length sorted))]
      (. sorted i :file))))

(fn bar [value width]
  (let [filled (math.floor (+ 0.5 (* width (/ value 100))))]
    (.. (string.rep "#" filled) (string.rep "-" (- width filled)))))

(local width (accumulate [w 0 _ {: file} (ipairs raw)] (math.max w (length file))))

(local report
       (icollect [_ entry (ipairs raw)]
         (when (< 0 entry.lines)
           (string.format (.. "%-" width "s %3.0f%% %s") entry.file (percent entry) (bar (percent entry) 10)))))

(local (total-lines total-covered)
       (accumulate [(lines covered) (values 0 0)
                    _ entry (ipairs raw)]
         (values (+ lines entry.lines) (+ covered entry.covered))))

(local first-below
       (accumulate [found nil _ entry (ipairs raw) &until found]
         (when (< (percent entry) 90) entry.file)))

(local running
       (let [sums []]
         (accumulate [sum 0 _ {: lines} (ipairs raw)]
           (let [next-sum (+ sum lines)]
             (table.insert sums next-sum)
             next-sum))
         sums))

(values totals [total-lines total-covered] rounded (worst raw 2) first-below running
        (table.concat report "\n")
        (faccumulate [text "" i 3 1 -1] (.. text i)))

;; expect
;; 450
;; [450 325]
;; {:ci "82.0" :store "97.0" :web "45.0"}
;; ["src/web/page.ts" "src/ci/run.ts"]
;; "src/web/page.ts"
;; [120 200 400 400 450]
;; "src/store/append.ts  95% ##########\nsrc/store/read.ts   100% ##########\nsrc/web/page.ts      45% #####-----\nsrc/ci/run.ts        82% ########--"
;; "321"

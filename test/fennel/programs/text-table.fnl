;; Lays rows out in columns.
(local rows [[:job :state :ms]
             [:build :succeeded 1204]
             [:test :failed 88]
             [:lint :skipped "-"]])

(fn width [column]
  (accumulate [w 0 _ row (ipairs rows)]
    (math.max w (length (tostring (. row column))))))

(local widths (fcollect [i 1 (length (. rows 1))] (width i)))

(fn pad [cell column]
  (let [text (tostring cell)
        space (string.rep " " (- (. widths column) (length text)))]
    (if (= (type cell) :number) (.. space text) (.. text space))))

(fn line [row]
  (let [cells (icollect [i cell (ipairs row)] (pad cell i))
        text (table.concat cells " | ")]
    (pick-values 1 (text:gsub "%s+$" ""))))

(local rule (table.concat (icollect [_ w (ipairs widths)] (string.rep "-" w)) "-+-"))
(local [header & body] rows)
(table.concat [(line header) rule (table.unpack (icollect [_ row (ipairs body)] (line row)))] "\n")

;; expect
;; "job   | state     | ms\n------+-----------+-----\nbuild | succeeded | 1204\ntest  | failed    |   88\nlint  | skipped   | -"

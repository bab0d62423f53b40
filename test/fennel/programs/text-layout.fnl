;; Word wrap, justification and text tables.

(fn wrap [text width]
  (let [lines []]
    (var current "")
    (each [word (text:gmatch "%S+")]
      (let [candidate (if (= "" current) word (.. current " " word))]
        (if (<= (length candidate) width)
            (set current candidate)
            (do (when (not= "" current)
                  (table.insert lines current))
                (set current word)))))
    (when (not= "" current)
      (table.insert lines current))
    lines))

(fn justify [line width]
  (let [parts (icollect [word (line:gmatch "%S+")] word)
        gaps (- (length parts) 1)
        spaces (- width (accumulate [n 0 _ p (ipairs parts)] (+ n (length p))))]
    (if (= 0 gaps) line
        (accumulate [text (. parts 1) i part (ipairs parts)]
          (if (= i 1) text
              (let [extra (if (<= (- i 1) (% spaces gaps)) 1 0)]
                (.. text (string.rep " " (+ (// spaces gaps) extra)) part)))))))

(fn columns-of [rows]
  (accumulate [widths [] _ row (ipairs rows)]
    (icollect [i cell (ipairs row)]
      (math.max (length (tostring cell)) (or (. widths i) 0)))))

(fn align [cell width]
  (case (type cell)
    :number (string.format (.. "%" width "d") cell)
    _ (string.format (.. "%-" width "s") cell)))

(fn text-table [header rows]
  (let [all [header (table.unpack rows)]
        widths (columns-of all)
        rule (table.concat (icollect [_ w (ipairs widths)] (string.rep "-" w)) "-+-")
        format-row #(table.concat (icollect [i cell (ipairs $)] (align cell (. widths i))) " | ")]
    (table.concat [(format-row header) rule (table.unpack (icollect [_ row (ipairs rows)] (format-row row)))]
                  "\n")))

(local text "the quick brown fox jumps over the lazy dog and runs incomprehensibilities away")

(values (wrap text 16)
        (icollect [_ line (ipairs (wrap "to be or not to be that is" 12))] (justify line 12))
        (wrap "" 10)
        (text-table ["job" "ms" "state"] [["unit" 1200 "ok"] ["integration" 88 "failed"]]))

;; expect
;; ["the quick brown" "fox jumps over" "the lazy dog and" "runs" "incomprehensibilities" "away"]
;; ["to be or not" "to  be  that" "is"]
;; {}
;; "job         | ms   | state \n------------+------+-------\nunit        | 1200 | ok    \nintegration |   88 | failed"

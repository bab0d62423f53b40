;; Comma-separated values with quoted fields, read into records and written back.

(fn parse-line [line]
  (let [fields []]
    (var at 1)
    (while (<= at (+ 1 (length line)))
      (if (= "\"" (line:sub at at))
          (let [parts []]
            (var open? true)
            (set at (+ at 1))
            (while open?
              (let [(text quotes next-at) (line:match "^([^\"]*)(\"+)()" at)
                    n (length quotes)]
                (table.insert parts text)
                (table.insert parts (string.rep "\"" (// n 2)))
                (set at next-at)
                (when (= 1 (% n 2))
                  (set open? false))))
            (table.insert fields (table.concat parts))
            (set at (+ at 1)))
          (let [(text next-at) (line:match "^([^,]*)()" at)]
            (table.insert fields text)
            (set at (+ next-at 1)))))
    fields))

(fn parse [text]
  (let [rows (icollect [line (text:gmatch "[^\n]+")] (parse-line line))
        header (table.remove rows 1)]
    (icollect [_ row (ipairs rows)]
      (collect [i name (ipairs header)]
        name (. row i)))))

(fn write-field [value]
  (let [text (tostring value)]
    (if (text:find "[\",\n]")
        (.. "\"" (text:gsub "\"" "\"\"") "\"")
        text)))

(fn write [records columns]
  (let [lines [(table.concat columns ",")]]
    (each [_ record (ipairs records)]
      (table.insert lines (table.concat (icollect [_ c (ipairs columns)]
                                          (write-field (or (. record c) "")))
                                        ",")))
    (table.concat lines "\n")))

(local text "name,seconds,note
unit,12,ok
\"e2e, slow\",340,\"said \"\"no\"\" twice\"
lint,,
")

(local records (parse text))

(fn seconds-of [{: seconds}]
  (or (tonumber seconds) 0))

(values records
        (accumulate [total 0 _ r (ipairs records)] (+ total (seconds-of r)))
        (write records ["name" "note"])
        (= records [])
        (parse-line "a,\"\",c,"))

;; expect
;; [{:name "unit" :note "ok" :seconds "12"} {:name "e2e, slow" :note "said \"no\" twice" :seconds "340"} {:name "lint" :note "" :seconds ""}]
;; 352
;; "name,note\nunit,ok\n\"e2e, slow\",\"said \"\"no\"\" twice\"\nlint,"
;; false
;; ["a" "" "c" ""]

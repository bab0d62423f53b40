;; A reader for a small configuration format.
(local source "; settings
name = quire
[limits]
time = 600
retries = 3
verbose = true
[paths]
root = /srv/quire
")

(fn convert [text]
  (case text
    :true true
    :false false
    (where digits (digits:match "^%d+$")) (tonumber digits)
    other other))

(fn trim [s] (s:match "^%s*(.-)%s*$"))

(fn parse [source]
  (let [root {}]
    (var section root)
    (each [line (source:gmatch "[^\n]*")]
      (case (trim line)
        "" nil
        (where note (= ";" (note:sub 1 1))) nil
        (where header (header:match "^%[.+%]$"))
        (let [name (header:sub 2 -2)]
          (set section {})
          (tset root name section))
        entry
        (let [(key value) (entry:match "^([%w-]+)%s*=%s*(.*)$")]
          (tset section key (convert value)))))
    root))

(parse source)

;; expect
;; {:limits {:retries 3 :time 600 :verbose true} :name "quire" :paths {:root "/srv/quire"}}

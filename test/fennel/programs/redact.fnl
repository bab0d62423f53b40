;; Hides secrets in text, longest first, also in their encoded forms.
(local secrets {:token "s3cr3t" :key "s3cr3t-key" :empty ""})
(local alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

(fn base64 [s]
  (let [out []]
    (for [i 1 (length s) 3]
      (let [(a b c) (s:byte i (+ i 2))
            n (bor (lshift a 16) (lshift (or b 0) 8) (or c 0))]
        (each [k shift (ipairs [18 12 6 0])]
          (table.insert out
            (if (or (and (= k 3) (not b)) (and (= k 4) (not c)))
                "="
                (let [index (band (rshift n shift) 63)]
                  (alphabet:sub (+ index 1) (+ index 1))))))))
    (table.concat out)))

(fn hex [s] (pick-values 1 (s:gsub "." #(string.format "%02x" ($:byte)))))

(fn plain [s] (pick-values 1 (s:gsub "%p" "%%%0")))

(local needles
  (doto (accumulate [out [] _ secret (pairs secrets)]
          (if (= secret "") out
              (doto out (table.insert secret) (table.insert (base64 secret)) (table.insert (hex secret)))))
    (table.sort #(> (length $1) (length $2)))))

(fn redact [text]
  (accumulate [text text _ needle (ipairs needles)]
    (pick-values 1 (text:gsub (plain needle) "***"))))

[(redact "token=s3cr3t key=s3cr3t-key")
 (redact (.. "basic " (base64 "s3cr3t-key") " " (hex "s3cr3t")))
 (base64 "quire") (base64 "ab") (redact "nothing here")]

;; expect
;; ["token=*** key=***" "basic *** ***" "cXVpcmU=" "YWI=" "nothing here"]

;; Base64 and hexadecimal, of arbitrary bytes.

(local alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

(local values-by-char
       (faccumulate [index {} i 1 64]
         (doto index (tset (alphabet:byte i) (- i 1)))))

(fn char-at [n] (alphabet:sub (+ n 1) (+ n 1)))

(fn encode [bytes]
  (let [out (fcollect [i 1 (length bytes) 3]
              (let [(a b c) (bytes:byte i (+ i 2))
                    n (+ (* a 65536) (* (or b 0) 256) (or c 0))]
                (.. (char-at (// n 262144))
                    (char-at (% (// n 4096) 64))
                    (if b (char-at (% (// n 64) 64)) "=")
                    (if c (char-at (% n 64)) "="))))]
    (table.concat out)))

(fn decode [text]
  (case (text:match "^([%w+/]*)(=*)$")
    (where (body padding) (= 0 (% (length text) 4)) (<= (length padding) 2))
    (let [out []]
      (for [i 1 (length body) 4]
        (let [[a b ?c ?d] (icollect [_ byte (ipairs [(body:byte i (+ i 3))])]
                            (. values-by-char byte))
              n (+ (* a 262144) (* b 4096) (* (or ?c 0) 64) (or ?d 0))]
          (table.insert out (string.char (// n 65536)))
          (when ?c (table.insert out (string.char (% (// n 256) 256))))
          (when ?d (table.insert out (string.char (% n 256))))))
      (table.concat out))
    _ (values nil "not base64")))

(fn hex [bytes]
  (pick-values 1 (bytes:gsub "." #(string.format "%02x" ($:byte)))))

(fn unhex [text]
  (pick-values 1 (text:gsub "%x%x" #(string.char (tonumber $ 16)))))

(local every-byte (table.concat (fcollect [i 0 255] (string.char i))))

(values (icollect [_ s (ipairs ["" "f" "fo" "foo" "foob" "fooba" "foobar"])] (encode s))
        (icollect [_ s (ipairs ["" "Zg==" "Zm8=" "Zm9vYmFy"])] (decode s))
        (= every-byte (decode (encode every-byte)))
        (length (encode every-byte))
        [(decode "a")]
        (hex "quire\n")
        (= every-byte (unhex (hex every-byte))))

;; expect
;; ["" "Zg==" "Zm8=" "Zm9v" "Zm9vYg==" "Zm9vYmE=" "Zm9vYmFy"]
;; ["" "f" "fo" "foobar"]
;; true
;; 344
;; {2 "not base64"}
;; "71756972650a"
;; true

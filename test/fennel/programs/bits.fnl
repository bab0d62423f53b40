;; Bit operators: flags, checksums, Gray codes, packing.

(local flags {:read 1 :write 2 :execute 4 :sticky 8})

(fn mask [...]
  (accumulate [bits 0 _ name (ipairs [...])]
    (bor bits (. flags name))))

(fn has? [bits name]
  (not= 0 (band bits (. flags name))))

(fn without [bits name]
  (band bits (bnot (. flags name))))

(fn names [bits]
  (doto (icollect [name (pairs flags)] (when (has? bits name) name))
    (table.sort)))

(fn popcount [n]
  (var (rest count) (values n 0))
  (while (not= 0 rest)
    (set rest (band rest (- rest 1)))
    (set count (+ count 1)))
  count)

(fn fletcher16 [text]
  (var (a b) (values 0 0))
  (for [i 1 (length text)]
    (set a (% (+ a (text:byte i)) 255))
    (set b (% (+ b a) 255)))
  (bor (lshift b 8) a))

(fn crc8 [text]
  (faccumulate [crc 0 i 1 (length text)]
    (faccumulate [c (bxor crc (text:byte i)) _ 1 8]
      (if (= 0 (band c 0x80))
          (band (lshift c 1) 0xff)
          (band (bxor (lshift c 1) 0x07) 0xff)))))

(fn gray [n] (bxor n (rshift n 1)))

(fn ungray [code]
  (var (n shifted) (values code (rshift code 1)))
  (while (< 0 shifted)
    (set n (bxor n shifted))
    (set shifted (rshift shifted 1)))
  n)

(fn pack-date [y m d]
  (bor (lshift (- y 1980) 9) (lshift m 5) d))

(fn unpack-date [bits]
  (values (+ 1980 (rshift bits 9)) (band 0xf (rshift bits 5)) (band bits 0x1f)))

(local rw (mask :read :write))

(values rw
        (names (bor rw (mask :sticky)))
        (names (without rw :write))
        [(has? rw :read) (has? rw :execute)]
        (icollect [_ n (ipairs [0 1 255 256 1023])] (popcount n))
        (string.format "%04X" (fletcher16 "abcde"))
        (string.format "%02x" (crc8 "123456789"))
        (fcollect [i 0 7] (gray i))
        (fcollect [i 0 7] (ungray (gray i)))
        [(unpack-date (pack-date 2026 11 22))]
        [(bxor 5 3) (bnot 0) (band 12 10 8) (bor 1 2 4) (lshift 1 10) (rshift 1024 3)])

;; expect
;; 3
;; ["read" "sticky" "write"]
;; ["read"]
;; [true false]
;; [0 1 8 1 10]
;; "C8F0"
;; "f4"
;; [0 1 3 2 6 7 5 4]
;; [0 1 2 3 4 5 6 7]
;; [2026 11 22]
;; [6 -1 8 7 1024 128]

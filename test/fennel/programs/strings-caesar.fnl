;; Ciphers and counts over bytes and characters.
(fn shift-char [char by]
  (let [code (char:byte)
        base (if (<= 97 code 122) 97 (<= 65 code 90) 65)]
    (if base
        (string.char (+ base (% (+ (- code base) by) 26)))
        char)))

(fn caesar [text by]
  (pick-values 1 (text:gsub "." #(shift-char $ by))))

(fn histogram [text]
  (let [counts (accumulate [t {} c (text:gmatch "%a")]
                 (doto t (tset (c:lower) (+ 1 (or (. t (c:lower)) 0)))))
        letters (doto (icollect [k (pairs counts)] k) table.sort)]
    (table.concat (icollect [_ k (ipairs letters)] (.. k (. counts k))))))

(fn reverse-words [s]
  (let [words (icollect [w (s:gmatch "%S+")] w)]
    (table.concat (fcollect [i (length words) 1 -1] (. words i)) " ")))

(fn palindrome? [s]
  (let [letters (pick-values 1 (-> (s:lower) (: :gsub "%A" "")))]
    (= letters (letters:reverse))))

(local secret (caesar "Attack at Dawn!" 3))
[secret (caesar secret -3) (histogram "Hello") (reverse-words "one two three")
 (palindrome? "A man, a plan, a canal: Panama") (palindrome? "quire")
 (utf8.len "λέξη") (length "λέξη")]

;; expect
;; ["Dwwdfn dw Gdzq!" "Attack at Dawn!" "e1h1l2o1" "three two one" true false 4 8]

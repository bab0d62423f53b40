;; Everyday string work: trimming, splitting, padding, changing case conventions, and Lua patterns.

(fn trim [s] (s:match "^%s*(.-)%s*$"))

(fn split [s separator]
  (let [out []]
    (var at 1)
    (var more? true)
    (while more?
      (case (s:find separator at true)
        (first last) (do (table.insert out (s:sub at (- first 1)))
                         (set at (+ last 1)))
        nil (do (table.insert out (s:sub at))
                (set more? false))))
    out))

(fn words [s]
  (icollect [w (s:gmatch "%S+")] w))

(fn capitalize [s]
  (pick-values 1 (s:gsub "^%l" string.upper)))

(fn camel->kebab [s]
  (-> s
      (: :gsub "(%l)(%u)" "%1-%2")
      (: :lower)))

(fn kebab->camel [s]
  (pick-values 1 (s:gsub "%-(%l)" #($:upper))))

(fn pad [s width ?char]
  (.. s (string.rep (or ?char " ") (- width (length s)))))

(fn center [s width]
  (let [space (- width (length s))
        left (// space 2)]
    (.. (string.rep "." left) s (string.rep "." (- space left)))))

(fn starts-with? [s prefix] (= prefix (s:sub 1 (length prefix))))
(fn ends-with? [s suffix] (or (= "" suffix) (= suffix (s:sub (- (length suffix))))))

(fn frequencies [s]
  (accumulate [counts {} c (s:gmatch "%a")]
    (doto counts (tset c (+ 1 (or (. counts c) 0))))))

(fn palindrome? [s]
  (let [letters (pick-values 1 (-> s (: :lower) (: :gsub "[^%a]" "")))]
    (= letters (letters:reverse))))

(fn dedent [text]
  (let [margin (accumulate [margin math.huge
                            indent (text:gmatch "([ ]*)[^ \n][^\n]*")]
                 (math.min margin (length indent)))]
    (table.concat (icollect [_ line (ipairs (split text "\n"))]
                    (line:sub (+ 1 (math.tointeger margin))))
                  "\n")))

(fn caesar [s shift]
  (pick-values 1
    (s:gsub "%a" (fn [c]
                   (let [base (if (c:match "%u") 65 97)]
                     (string.char (+ base (% (+ (- (c:byte) base) shift) 26))))))))

(values (trim "  both sides \t\n")
        (split "a,,b," ",")
        (words " the  quick\tfox ")
        [(capitalize "hello") (camel->kebab "someLongName") (kebab->camel "some-long-name")]
        [(pad "ab" 5) (pad "ab" 5 ".") (pad "abcdef" 3)]
        (center "mid" 8)
        [(starts-with? "refs/heads/x" "refs/") (ends-with? "ci.fnl" ".fnl") (ends-with? "x" "") (ends-with? "a" "ba")]
        (frequencies "banana")
        [(palindrome? "A man, a plan, a canal: Panama") (palindrome? "ci")]
        (dedent "    one\n      two\n\n    three")
        [(caesar "Hello, World!" 3) (caesar (caesar "Round trip" 7) -7)]
        (string.format "%5d|%-5s|%05.1f|%x|%q|%%" 42 "ab" 3.14159 255 "q\"")
        ["\x41\u{e9}" (length "\u{e9}") "a\
b" (string.byte "\0")]
        (let [(a b c) (string.find "key=value" "(%w+)=(%w+)")] [a b c])
        (pick-values 2 (string.gsub "abc" "" "-")))

;; expect
;; "both sides"
;; ["a" "" "b" ""]
;; ["the" "quick" "fox"]
;; ["Hello" "some-long-name" "someLongName"]
;; ["ab   " "ab..." "abcdef"]
;; "..mid..."
;; [true true true false]
;; {:a 3 :b 1 :n 2}
;; [true false]
;; "one\n  two\n\nthree"
;; ["Khoor, Zruog!" "Round trip"]
;; "   42|ab   |003.1|ff|\"q\\\"\"|%"
;; ["Aé" 2 "a\nb" 0]
;; [1 9 "key"]
;; "-a-b-c-"
;; 4

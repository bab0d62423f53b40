;; with-open closes what was opened, in every way a body can end; errors keep their values.

(local log [])
(fn note [...] (table.insert log (table.concat [...] " ")))

(fn open [name ?failing]
  (note "open" name)
  (when ?failing (error (.. "cannot open " name) 0))
  {: name
   :read (fn [self] (note "read" self.name) (.. "<" self.name ">"))
   :close (fn [self] (note "close" self.name))})

(fn read-both []
  (with-open [a (open "a")
              b (open "b")]
    (values (a:read) (b:read))))

(fn fails-inside []
  (with-open [a (open "c")]
    (a:read)
    (error {:code 7})))

(fn fails-opening []
  (with-open [a (open "d")
              b (open "e" true)]
    (note "never")))

(fn nested [...]
  (with-open [outer (open "f")]
    (with-open [inner (open "g")]
      (values (select :# ...) ...))))

(fn early [n]
  (with-open [h (open "h")]
    (if (< n 0) :negative
        (do (h:read) :fine))))

(values [(read-both)]
        (let [(ok problem) (pcall fails-inside)] [ok problem])
        [(pcall fails-opening)]
        [(nested nil 2)]
        (early -1)
        log)

;; expect
;; ["<a>" "<b>"]
;; [false {:code 7}]
;; [false "cannot open e"]
;; {1 2 3 2}
;; "negative"
;; ["open a" "open b" "read a" "read b" "close b" "close a" "open c" "read c" "close c" "open d" "open e" "open f" "open g" "close g" "close f" "open h" "close h"]

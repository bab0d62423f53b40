;; Days between dates, weekdays, and durations in words.
(fn leap? [y] (and (= 0 (% y 4)) (or (not= 0 (% y 100)) (= 0 (% y 400)))))

(fn days-in [y m]
  (case m
    2 (if (leap? y) 29 28)
    (where (or 4 6 9 11)) 30
    _ 31))

(fn day-number [{: year : month : day}]
  (+ day
     (faccumulate [n 0 m 1 (- month 1)] (+ n (days-in year m)))
     (* 365 (- year 1))
     (- (// (- year 1) 4) (// (- year 1) 100) (- (// (- year 1) 400)))))

(fn parse [text]
  (let [(y m d) (text:match "(%d+)-(%d+)-(%d+)")]
    {:year (tonumber y) :month (tonumber m) :day (tonumber d)}))

(local weekdays [:sun :mon :tue :wed :thu :fri :sat])
(fn weekday [date] (. weekdays (+ 1 (% (day-number date) 7))))

(fn in-words [seconds]
  (let [parts []]
    (var rest seconds)
    (each [_ [unit size] (ipairs [[:d 86400] [:h 3600] [:m 60] [:s 1]])]
      (let [n (// rest size)]
        (set rest (% rest size))
        (when (< 0 n) (table.insert parts (.. (string.format "%d" n) unit)))))
    (if (= 0 (length parts)) "0s" (table.concat parts " "))))

{:weekday (weekday (parse :2026-11-22))
 :between (- (day-number (parse :2026-11-22)) (day-number (parse :2024-02-29)))
 :words (icollect [_ s (ipairs [0 59 3600 90061])] (in-words s))}

;; expect
;; {:between 997 :weekday "sun" :words ["0s" "59s" "1h" "1d 1h 1m 1s"]}

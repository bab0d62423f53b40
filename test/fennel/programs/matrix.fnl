;; Expands a build matrix: the product of its axes, without the excluded combinations, with the included ones.

(local axes [[:os ["linux" "macos"]]
             [:node [18 20 22]]
             [:mode ["debug" "release"]]])

(fn copy-with [tbl key value]
  (collect [k v (pairs tbl) &into {key value}]
    (values k v)))

(fn product [axes]
  (accumulate [combinations [{}]
               _ [axis choices] (ipairs axes)]
    (accumulate [next-combinations []
                 _ combination (ipairs combinations)]
      (icollect [_ choice (ipairs choices) &into next-combinations]
        (copy-with combination axis choice)))))

(fn includes? [combination pattern]
  (accumulate [all true
               key value (pairs pattern)
               &until (not all)]
    (= (. combination key) value)))

(fn excluded? [combination excludes]
  (accumulate [found false
               _ pattern (ipairs excludes)
               &until found]
    (includes? combination pattern)))

(fn label [{: os : node : mode}]
  (string.format "%s/node-%d/%s" os node mode))

(fn expand [axes {:exclude excludes :include includes}]
  (let [kept (icollect [_ combination (ipairs (product axes))]
               (when (not (excluded? combination excludes))
                 combination))]
    (icollect [_ extra (ipairs includes) &into kept]
      extra)))

(local combinations
       (expand axes {:exclude [{:os "macos" :mode "debug"} {:node 18 :mode "release"}]
                     :include [{:os "windows" :node 20 :mode "release"}]}))

(local by-os
       (accumulate [counts {}
                    _ {: os} (ipairs combinations)]
         (doto counts
           (tset os (+ 1 (or (. counts os) 0))))))

(values (length (product axes))
        (icollect [_ combination (ipairs combinations)] (label combination))
        by-os)

;; expect
;; 12
;; ["linux/node-18/debug" "linux/node-20/debug" "linux/node-20/release" "linux/node-22/debug" "linux/node-22/release" "macos/node-20/release" "macos/node-22/release" "windows/node-20/release"]
;; {:linux 5 :macos 2 :windows 1}

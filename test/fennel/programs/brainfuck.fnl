;; A Brainfuck machine: jumps found beforehand, runs of the same instruction counted.

(fn compile [source]
  (let [ops [] open []]
    (each [run (source:gmatch ".")]
      (let [op (. ops (length ops))]
        (case run
          (where (or "+" "-" ">" "<"))
          (if (= run (?. op :code))
              (set op.count (+ op.count 1))
              (table.insert ops {:code run :count 1}))
          "[" (do (table.insert ops {:code "["})
                  (table.insert open (length ops)))
          "]" (let [start (table.remove open)]
                (assert start "unmatched ]")
                (table.insert ops {:code "]" :target start})
                (tset ops start :target (length ops)))
          (where (or "." ",")) (table.insert ops {:code run}))))
    (assert (= 0 (length open)) "unmatched [")
    ops))

(fn execute [ops ?input]
  (let [tape (setmetatable {} {:__index #0})
        out []]
    (var (pointer at read steps) (values 0 1 0 0))
    (while (<= at (length ops))
      (let [{: code : count : target} (. ops at)]
        (case code
          "+" (tset tape pointer (% (+ (. tape pointer) count) 256))
          "-" (tset tape pointer (% (- (. tape pointer) count) 256))
          ">" (set pointer (+ pointer count))
          "<" (set pointer (- pointer count))
          "." (table.insert out (string.char (. tape pointer)))
          "," (do (set read (+ read 1))
                  (tset tape pointer (or (string.byte (or ?input "") read) 0)))
          (where "[" (= 0 (. tape pointer))) (set at target)
          (where "]" (not= 0 (. tape pointer))) (set at target))
        (set at (+ at 1))
        (set steps (+ steps 1))))
    (values (table.concat out) steps)))

(fn refusal [source]
  (let [(_ message) (pcall compile source)]
    (message:match "unmatched .$")))

(local hello (compile "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."))
(local echo-reversed (compile ">,[>,]<[.<]"))
(local add (compile ",>,<[->+<]>."))

(fn code-of [ops] (table.concat (icollect [_ {: code : count} (ipairs ops)] (.. code (or count "")))))

(values (pick-values 1 (execute hello))
        (pick-values 1 (execute echo-reversed "quire"))
        (string.byte (pick-values 1 (execute add "\003\004")))
        (code-of (compile "++ comment +>>[-]"))
        (let [(_ steps) (execute (compile "+++[-]"))] steps)
        (refusal "[[]")
        (refusal "]"))

;; expect
;; "Hello World!\n"
;; "eriuq"
;; 7
;; "+3>2[-1]"
;; 8
;; "unmatched ["
;; "unmatched ]"

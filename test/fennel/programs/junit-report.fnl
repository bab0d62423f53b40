;; Test results as JUnit XML, and a summary for a person, from the lines a test runner printed.

(local output "ok 1 - adds numbers # 12ms
ok 2 - quotes <tags> & \"such\" # 3ms
not ok 3 - divides by zero # 40ms
  expected: Infinity
  actual: 'NaN'
ok 4 - SKIP slow path
not ok 5 - reads files # 5ms
  message: ENOENT
1..5
")

(fn parse-line [line]
  (case-try (line:match "^(.*ok) (%d+) %- (.*)$")
    (verdict number rest) (values (= verdict "ok") (tonumber number) rest)
    (ok? number rest) (case (rest:match "^(.-) # (%d+)ms$")
                        (name ms) {: ok? : number : name :ms (tonumber ms)}
                        _ (case (rest:match "^SKIP (.*)$")
                            name {:skipped? true : number : name :ms 0}
                            _ {: ok? : number :name rest :ms 0}))
    (catch
      nil (case (line:match "^  (.*)$")
            detail {: detail}
            _ nil))))

(fn parse [text]
  (accumulate [tests []
               line (text:gmatch "[^\n]+")]
    (case (parse-line line)
      {: detail} (let [test (. tests (length tests))]
                   (set test.details (or test.details []))
                   (table.insert test.details detail)
                   tests)
      test (doto tests (table.insert test))
      nil tests)))

(fn escape [text]
  (pick-values 1 (text:gsub "[<>&\"']" {"<" "&lt;" ">" "&gt;" "&" "&amp;" "\"" "&quot;" "'" "&apos;"})))

(fn element [tag attributes ...]
  (let [children [...]
        names (doto (icollect [k (pairs attributes)] k) (table.sort))
        head (accumulate [head (.. "<" tag) _ k (ipairs names)]
               (string.format "%s %s=\"%s\"" head k (escape (tostring (. attributes k)))))]
    (if (= 0 (length children)) (.. head "/>")
        (.. head ">" (table.concat children) "</" tag ">"))))

(fn count [tests keep?]
  (accumulate [n 0 _ test (ipairs tests)]
    (if (keep? test) (+ n 1) n)))

(fn failed-test? [{: ok? : skipped?}] (and (not ok?) (not skipped?)))

(fn to-xml [name tests]
  (element "testsuite"
           {: name :tests (length tests) :failures (count tests failed-test?) :skipped (count tests #$.skipped?)}
           (table.unpack
             (icollect [_ {: name : ms : details : skipped? &as test} (ipairs tests)]
               (element "testcase" {: name :time (string.format "%.3f" (/ ms 1000))}
                        (if skipped? (element "skipped" {})
                            (failed-test? test) (element "failure" {} (escape (table.concat (or details []) "; ")))
                            nil))))))

(fn summary [tests]
  (let [slowest (accumulate [slowest nil _ test (ipairs tests)]
                  (if (or (= nil slowest) (< slowest.ms test.ms)) test slowest))]
    (string.format "%d of %d failed: %s; slowest: %s (%d ms)"
                   (count tests failed-test?) (length tests)
                   (table.concat (icollect [_ test (ipairs tests)] (when (failed-test? test) test.name)) ", ")
                   slowest.name slowest.ms)))

(local tests (parse output))

(values (summary tests)
        (to-xml "unit" tests)
        (icollect [_ {: number} (ipairs tests)] number)
        (. tests 3 :details))

;; expect
;; "2 of 5 failed: divides by zero, reads files; slowest: divides by zero (40 ms)"
;; "<testsuite failures=\"2\" name=\"unit\" skipped=\"1\" tests=\"5\"><testcase name=\"adds numbers\" time=\"0.012\"/><testcase name=\"quotes &lt;tags&gt; &amp; &quot;such&quot;\" time=\"0.003\"/><testcase name=\"divides by zero\" time=\"0.040\"><failure>expected: Infinity; actual: &apos;NaN&apos;</failure></testcase><testcase name=\"slow path\" time=\"0.000\"><skipped/></testcase><testcase name=\"reads files\" time=\"0.005\"><failure>message: ENOENT</failure></testcase></testsuite>"
;; [1 2 3 4 5]
;; ["expected: Infinity" "actual: 'NaN'"]

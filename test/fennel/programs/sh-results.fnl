;; A pipeline that looks at what its commands gave.
(local commands [])
(local answers
  {"git rev-parse HEAD" {:exit 0 :stdout "abc123\n" :stderr ""}
   "npm test" {:exit 1 :stdout "12 passing\n2 failing\n" :stderr "npm ERR!"}
   "npm run lint" {:exit 0 :stdout "" :stderr ""}})

(fn sh [cmd ?opts]
  (let [text (if (= (type cmd) :table) (table.concat cmd " ") cmd)
        answer (. answers text)]
    (table.insert commands text)
    (case answer
      result result
      nil (if (?. ?opts :allow-failure)
              {:exit 127 :stdout "" :stderr "not found"}
              (error (.. "no such command: " text) 0)))))

(fn trimmed [{: stdout}] (stdout:match "^%s*(.-)%s*$"))

(fn test-counts [{: stdout}]
  {:passed (tonumber (or (stdout:match "(%d+) passing") 0))
   :failed (tonumber (or (stdout:match "(%d+) failing") 0))})

(fn verdict [result]
  (case result
    {:exit 0} :green
    (where {:exit 1} (< 0 (. (test-counts result) :failed))) :red
    {:exit 127} :missing
    {: exit} (.. "exit " exit)))

(let [sha (trimmed (sh ["git" "rev-parse" "HEAD"]))
      tests (sh "npm test")
      lint (sh "npm run lint")
      audit (sh "npm audit" {:allow-failure true})]
  {: sha
   :tests (verdict tests)
   :counts (test-counts tests)
   :lint (verdict lint)
   :audit (verdict audit)
   :commands (length commands)})

;; expect
;; {:audit "missing" :commands 4 :counts {:failed 2 :passed 12} :lint "green" :sha "abc123" :tests "red"}

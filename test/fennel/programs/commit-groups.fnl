;; Groups commit subjects by their kind.
(local commits ["feat(web): show a timeline"
                "fix: do not lose the last line"
                "feat!: replace the queue"
                "docs: say what a job is"
                "merge branch 'topic'"
                "fix(store): keep numbers without gaps"])

(local titles {:feat "Features" :fix "Fixes" :docs "Documentation"})
(local order [:feat :fix :docs])

(fn parse [subject]
  (let [(head text) (subject:match "^([%w()!]+): (.*)$")]
    (when head
      {:kind (head:match "^%a+")
       :scope (head:match "%((.-)%)")
       :breaking? (not= nil (head:match "!$"))
       : text})))

(fn entry [{: scope : text : breaking?}]
  (.. "- " (if breaking? "**breaking** " "") (if scope (.. scope ": ") "") text))

(fn group [parsed]
  (let [groups {}]
    (each [_ commit (ipairs parsed)]
      (let [list (or (. groups commit.kind) [])]
        (table.insert list commit)
        (tset groups commit.kind list)))
    groups))

(local groups (-> (icollect [_ c (ipairs commits)] (parse c)) group))
(local lines [])
(each [_ kind (ipairs order)]
  (-?>> (. groups kind)
        (#(do (table.insert lines (.. "## " (. titles kind))) $))
        (#(each [_ commit (ipairs $)] (table.insert lines (entry commit))))))
(table.concat lines "\n")

;; expect
;; "## Features\n- web: show a timeline\n- **breaking** replace the queue\n## Fixes\n- do not lose the last line\n- store: keep numbers without gaps\n## Documentation\n- say what a job is"

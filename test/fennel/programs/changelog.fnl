;; Builds a changelog from conventional commit messages.

(local titles {:feat "Features" :fix "Fixes" :perf "Performance"})
(local order [:feat :fix :perf])

(fn parse-subject [subject]
  (case-try (subject:match "^(%l+)(%b())(!?): (.+)$")
    (kind scope bang text) {: kind :scope (scope:sub 2 -2) :breaking (= bang "!") : text}
    (catch
      _ (case (subject:match "^(%l+)(!?): (.+)$")
          (kind bang text) {: kind :breaking (= bang "!") : text}
          _ {:kind :other :text subject}))))

(fn parse-commit [{: sha : message}]
  (let [(subject body) (message:match "^([^\n]*)\n*(.*)$")
        commit (parse-subject subject)]
    (set commit.sha (sha:sub 1 7))
    (each [id (body:gmatch "[Cc]loses #(%d+)")]
      (set commit.closes (or commit.closes []))
      (table.insert commit.closes (tonumber id)))
    (when (body:find "BREAKING CHANGE:" 1 true)
      (set commit.breaking true))
    commit))

(fn group-by [items key]
  (accumulate [groups {} _ item (ipairs items)]
    (let [name (. item key)]
      (when (= nil (. groups name))
        (tset groups name []))
      (doto (. groups name) (table.insert item))
      groups)))

(fn entry [{: scope : text : sha : closes}]
  (.. "- "
      (if scope (.. "**" scope "**: ") "")
      text " (" sha ")"
      (if closes
          (.. ", closes " (table.concat (icollect [_ id (ipairs closes)] (.. "#" id)) ", "))
          "")))

(fn render [version commits]
  (let [groups (group-by commits :kind)
        out [(.. "## " version)]
        breaking (icollect [_ c (ipairs commits)] (when c.breaking (entry c)))]
    (fn section [title lines]
      (when (< 0 (length lines))
        (table.insert out (.. "### " title))
        (each [_ line (ipairs lines)] (table.insert out line))))
    (section "Breaking" breaking)
    (each [_ kind (ipairs order)]
      (section (. titles kind)
               (icollect [_ c (ipairs (or (. groups kind) []))] (entry c))))
    out))

(local commits
       (icollect [_ commit (ipairs [{:sha "aaaaaaaa11" :message "feat(api): add cursor paging\n\nCloses #12, closes #15"}
                                    {:sha "bbbbbbbb22" :message "fix: do not lose events"}
                                    {:sha "cccccccc33" :message "chore: tidy"}
                                    {:sha "dddddddd44" :message "feat!: drop the old hook\n\nbye"}
                                    {:sha "eeeeeeee55" :message "perf(store): share commits\n\nBREAKING CHANGE: new file format"}
                                    {:sha "ffffffff66" :message "Merge branch main"}])]
         (parse-commit commit)))

(values (table.concat (render "1.3.0" commits) "\n")
        (icollect [_ {: kind} (ipairs commits)] kind))

;; expect
;; "## 1.3.0\n### Breaking\n- drop the old hook (ddddddd)\n- **store**: share commits (eeeeeee)\n### Features\n- **api**: add cursor paging (aaaaaaa), closes #12, #15\n- drop the old hook (ddddddd)\n### Fixes\n- do not lose events (bbbbbbb)\n### Performance\n- **store**: share commits (eeeeeee)"
;; ["feat" "fix" "chore" "feat" "perf" "other"]

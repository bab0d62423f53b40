;; Path globs as Lua patterns: decides which jobs the changed files of a push concern.

(local specials "[%^%$%(%)%%%.%[%]%+%-]")

(fn glob->pattern [glob]
  (let [out ["^"]]
    (var at 1)
    (while (<= at (length glob))
      (let [rest (glob:sub at)
            (piece used) (if (rest:match "^%*%*/") (values ".*" 3)
                             (rest:match "^%*%*") (values ".*" 2)
                             (rest:match "^%*") (values "[^/]*" 1)
                             (rest:match "^%?") (values "[^/]" 1)
                             (values (pick-values 1 (: (rest:sub 1 1) :gsub specials "%%%0")) 1))]
        (table.insert out piece)
        (set at (+ at used))))
    (table.insert out "$")
    (table.concat out)))

(fn any-depth [glob]
  "The patterns of a glob: one for each way to read a leading **/ ."
  (if (glob:find "^%*%*/")
      (let [here (glob->pattern (glob:sub 4))]
        [here (.. "^.*/" (here:sub 2))])
      [(glob->pattern glob)]))

(fn matches? [path glob]
  (accumulate [found false _ pattern (ipairs (any-depth glob)) &until found]
    (not= nil (path:find pattern))))

(fn selected? [path globs]
  "Later globs win; a leading ! takes paths away again."
  (accumulate [selected false _ glob (ipairs globs)]
    (case (glob:match "^!(.+)$")
      (where negated (matches? path negated)) false
      nil (or selected (matches? path glob))
      _ selected)))

(local jobs [[:unit ["src/**" "test/*.ts" "!src/web/**"]]
             [:web ["src/web/**" "**/*.css"]]
             [:docs ["*.md" "docs/**"]]
             [:config ["?onfig.fnl" "a+b.(c)"]]])

(fn concerned [changed]
  (icollect [_ [name globs] (ipairs jobs)]
    (when (accumulate [any? false _ path (ipairs changed) &until any?]
            (selected? path globs))
      name)))

(values (glob->pattern "src/*.t?")
        (glob->pattern "a+b.(c)")
        (concerned ["src/store/append.ts"])
        (concerned ["src/web/page.tsx"])
        (concerned ["README.md" "docs/a/b.md" "themes/dark/main.css"])
        (concerned ["top.css"])
        (concerned ["config.fnl" "test/deep/x.ts"])
        (concerned ["a+b.(c)"])
        (concerned []))

;; expect
;; "^src/[^/]*%.t[^/]$"
;; "^a%+b%.%(c%)$"
;; ["unit"]
;; ["web"]
;; ["web" "docs"]
;; ["web"]
;; ["config"]
;; ["config"]
;; {}

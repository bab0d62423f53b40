;; Shell patterns as Lua patterns, to select changed files.
(local special "[%^%$%(%)%%%.%[%]%+%-]")

(fn glob->pattern [glob]
  (let [escaped (glob:gsub special "%%%0")]
    (.. "^"
        (-> escaped
            (: :gsub "%*%*/" "\1")
            (: :gsub "%*%*" "\2")
            (: :gsub "%*" "[^/]*")
            (: :gsub "%?" "[^/]")
            (: :gsub "\1" ".-")
            (: :gsub "\2" ".*"))
        "$")))

(fn any-match? [globs file]
  (accumulate [found false _ glob (ipairs globs) &until found]
    (not= nil (file:find (glob->pattern glob)))))

(local files [:src/store/append.ts :src/index.ts :docs/README.md :test/a.test.ts :package.json])

(fn select-files [& globs]
  (icollect [_ file (ipairs files)] (when (any-match? globs file) file)))

{:sources (select-files "src/**/*.ts")
 :top (select-files "*.json" "docs/*.md")
 :single (select-files "test/?.test.ts")
 :none (select-files "*.ts")}

;; expect
;; {:none {} :single ["test/a.test.ts"] :sources ["src/store/append.ts" "src/index.ts"] :top ["docs/README.md" "package.json"]}

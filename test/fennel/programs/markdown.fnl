;; A little Markdown to HTML: blocks by pattern matching on lines, spans by substitution.

(local entities {"&" "&amp;" "<" "&lt;" ">" "&gt;"})

(fn pick-first [value] value)

(fn spans [text]
  (-> (pick-values 1 (text:gsub "[&<>]" entities))
      (: :gsub "`([^`]+)`" "<code>%1</code>")
      (: :gsub "%*%*(.-)%*%*" "<b>%1</b>")
      (: :gsub "%*(.-)%*" "<i>%1</i>")
      (: :gsub "%[(.-)%]%((.-)%)" "<a href=\"%2\">%1</a>")
      (pick-first)))

(fn kind-of [line]
  (if (line:find "^%s*$") (values :blank)
      (let [(marks title) (line:match "^(#+)%s+(.*)$")]
        (if marks (values :heading title (length marks))
            (let [item (line:match "^[-*]%s+(.*)$")]
              (if item (values :item item)
                  (line:find "^```") (values :fence)
                  (line:find "^>%s?") (values :quote (line:sub 3))
                  (values :text line)))))))

(fn to-html [source]
  (let [out []
        paragraph []
        state {:open nil}]
    (fn emit [...] (table.insert out (table.concat [...])))
    (fn close-block []
      (when (< 0 (length paragraph))
        (emit "<p>" (spans (table.concat paragraph " ")) "</p>")
        (while (. paragraph 1) (table.remove paragraph)))
      (when state.open
        (emit "</" state.open ">")
        (set state.open nil)))
    (fn open-block [tag]
      (when (not= tag state.open)
        (close-block)
        (emit "<" tag ">")
        (set state.open tag)))
    (each [line (source:gmatch "([^\n]*)\n")]
      (match (values state.open (kind-of line))
        ("pre" :fence) (close-block)
        ("pre" _) (emit (pick-values 1 (line:gsub "[&<>]" entities)))
        (_ :blank) (close-block)
        (_ :fence) (open-block "pre")
        (_ :heading title level) (do (close-block)
                                     (emit "<h" level ">" (spans title) "</h" level ">"))
        (_ :item text) (do (open-block "ul") (emit "<li>" (spans text) "</li>"))
        (_ :quote text) (do (open-block "blockquote") (emit (spans text)))
        (_ :text text) (do (when state.open (close-block))
                           (table.insert paragraph text))))
    (close-block)
    out))

(table.concat (to-html "# Runs & jobs
A run has **many** jobs.
They form a *graph*.

- first `a < b`
- see [docs](http://x/y)
## Code
```
if a < b
# no heading
```
> quoted
> twice
end
")
              "\n")

;; expect
;; "<h1>Runs &amp; jobs</h1>\n<p>A run has <b>many</b> jobs. They form a <i>graph</i>.</p>\n<ul>\n<li>first <code>a &lt; b</code></li>\n<li>see <a href=\"http://x/y\">docs</a></li>\n</ul>\n<h2>Code</h2>\n<pre>\nif a &lt; b\n# no heading\n</pre>\n<blockquote>\nquoted\ntwice\n</blockquote>\n<p>end</p>"

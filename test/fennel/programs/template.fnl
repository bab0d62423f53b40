;; A small template language: variables with filters, sections that repeat or are left out, and escaping.

(local filters {:upper string.upper
                :length #(tostring (length $))
                :raw #$
                :join #(table.concat $ ", ")})

(fn escape-html [s]
  (pick-values 1 (s:gsub "[&<>\"]" {"&" "&amp;" "<" "&lt;" ">" "&gt;" "\"" "&quot;"})))

(fn lookup [scopes path]
  (if (= path ".")
      (. scopes (length scopes))
      (let [keys (icollect [k (path:gmatch "[^.]+")] k)]
        (faccumulate [found nil i (length scopes) 1 -1 &until (not= nil found)]
          (accumulate [value (. scopes i) _ key (ipairs keys) &until (= nil value)]
            (case (type value)
              :table (. value key)))))))

(fn apply-filters [value names]
  (accumulate [(text raw?) (values value false)
               name (names:gmatch "|%s*(%a+)")]
    (values ((assert (. filters name) (.. "no filter " name)) text)
            (or raw? (= name :raw)))))

(fn inside [scopes item]
  (doto [(table.unpack scopes)]
    (table.insert item)))

(fn render [template scopes]
  (let [sections (template:gsub "{{#([%w.]+)}}(.-){{/%1}}"
                                (fn [path body]
                                  (case (lookup scopes path)
                                    (where (or nil false)) ""
                                    (where [_ &as items] (< 0 (length items)))
                                    (table.concat (icollect [_ item (ipairs items)]
                                                    (render body (inside scopes item))))
                                    (where tbl (= :table (type tbl))) (render body (inside scopes tbl))
                                    _ (render body scopes))))]
    (pick-values 1
      (sections:gsub "{{%s*([%w.]+)%s*([|%s%a]*)}}"
                     (fn [path names]
                       (let [(text raw?) (apply-filters (lookup scopes path) names)]
                         (if (= nil text) ""
                             raw? (tostring text)
                             (escape-html (tostring text)))))))))

(local page "<h1>{{ title | upper }}</h1>
{{#jobs}}<li>{{id}}: {{ state }}{{#log}} [{{lines}} lines]{{/log}}</li>
{{/jobs}}{{#empty}}never{{/empty}}{{#ok}}all fine{{/ok}} {{tags|join}} {{ html | raw }} {{missing}}{{run.id}}")

(values (render page [{:title "run <7>"
                       :jobs [{:id "unit" :state "ok"} {:id "e2e" :state "failed" :log {:lines 12}}]
                       :empty false
                       :ok true
                       :tags ["a" "b"]
                       :html "<b>&</b>"
                       :run {:id 42}}])
        (render "{{#xs}}{{.}};{{/xs}}" [{:xs [1 2 3]}])
        (case (pcall render "{{a|nope}}" [{:a 1}])
          (false message) (message:match "no filter %a+")))

;; expect
;; "<h1>RUN &lt;7&gt;</h1>\n<li>unit: ok</li>\n<li>e2e: failed [12 lines]</li>\nall fine a, b <b>&</b> 42"
;; "1;2;3;"
;; "no filter nope"

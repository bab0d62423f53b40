;; Fills in a template; unknown names are collected, not swallowed.
(fn lookup [context path]
  (accumulate [value context part (path:gmatch "[^.]+") &until (= value nil)]
    (. value part)))

(fn render [template context]
  (let [missing []
        text (template:gsub "{{%s*([%w.-]+)%s*|?%s*(%a*)%s*}}"
                            (fn [path filter]
                              (case (values (lookup context path) filter)
                                (nil _) (do (table.insert missing path) "?")
                                (value :upper) (string.upper value)
                                (value :length) (tostring (length value))
                                (value _) (tostring value))))]
    (values text missing)))

(local context {:run {:id 7 :ref "main" :jobs [:a :b :c]} :user-name "ada"})
(local (text missing)
       (render "run {{run.id}} of {{ run.ref | upper }} by {{user-name}}: {{run.jobs|length}} jobs, {{run.nope}} {{nothing}}"
               context))
{: text : missing}

;; expect
;; {:missing ["run.nope" "nothing"] :text "run 7 of MAIN by ada: 3 jobs, ? ?"}

;; Reads an INI file into sections, with types, interpolation and errors that name their line.

(fn coerce [text]
  (case text
    "true" true
    "false" false
    (where s (s:match "^%-?%d+$")) (tonumber s)
    (where s (s:match "^\".*\"$")) (s:sub 2 -2)
    (where s (s:find "," 1 true)) (icollect [part (s:gmatch "[^,%s]+")] (coerce part))
    _ text))

(fn parse-line [line number section]
  (case (line:match "^%s*(.-)%s*$")
    "" nil
    (where remark (remark:match "^[;#]")) nil
    text (case-try (text:match "^%[([%w._-]+)%]$")
           name (values :section name)
           (catch
             _ (case (text:match "^([%w_-]+)%s*=%s*(.*)$")
                 (key value) (if section (values :entry key (coerce value))
                                 (values :error (.. "line " number ": " key " is outside of any section")))
                 _ (values :error (.. "line " number ": cannot read '" text "'")))))))

(fn parse [text]
  (let [sections {} problems []]
    (var current nil)
    (var number 0)
    (each [line (text:gmatch "([^\n]*)\n")]
      (set number (+ number 1))
      (case (parse-line line number current)
        (:section name) (do (set current (or (. sections name) {}))
                            (tset sections name current))
        (:entry key value) (tset current key value)
        (:error problem) (table.insert problems problem)))
    (values sections problems)))

(fn interpolate [sections]
  (each [_ section (pairs sections)]
    (each [key value (pairs section)]
      (when (= :string (type value))
        (tset section key
              (pick-values 1
                (value:gsub "%${([%w_-]+)%.([%w_-]+)}"
                            (fn [from name] (?. sections from name))))))))
  sections)

(local (sections problems) (parse "; build settings
loose = 1
[build]
jobs = 8
cache=true
targets = linux, macos , 3

[paths]
root = /srv/quire
logs = ${paths.root}/logs-${build.jobs}
literal = \"8\"
unknown = ${no.where}
[broken
[build]
jobs = -2
"))

(values (interpolate sections) problems)

;; expect
;; {:build {:cache true :jobs -2 :targets ["linux" "macos" 3]} :paths {:literal "8" :logs "/srv/quire/logs--2" :root "/srv/quire" :unknown "${no.where}"}}
;; ["line 2: loose is outside of any section" "line 13: cannot read '[broken'"]

;; Parses, compares and bumps version numbers.
(fn parse [text]
  (case (text:match "^v?(%d+)%.(%d+)%.(%d+)(.*)$")
    (major minor patch rest)
    {:major (tonumber major) :minor (tonumber minor) :patch (tonumber patch)
     :pre (rest:match "^%-([%w.]+)$")}
    _ (error (.. "not a version: " text) 0)))

(fn render [{: major : minor : patch : pre}]
  (.. major "." minor "." patch (if pre (.. "-" pre) "")))

(fn older? [a b]
  (if (not= a.major b.major) (< a.major b.major)
      (not= a.minor b.minor) (< a.minor b.minor)
      (not= a.patch b.patch) (< a.patch b.patch)
      (and a.pre (not b.pre)) true
      (and a.pre b.pre) (< a.pre b.pre)
      false))

(fn bump [version part]
  (case part
    :major {:major (+ version.major 1) :minor 0 :patch 0}
    :minor {:major version.major :minor (+ version.minor 1) :patch 0}
    :patch {:major version.major :minor version.minor :patch (+ version.patch 1)}))

(local versions (icollect [_ v (ipairs [:1.10.0 :v1.2.3 :1.2.3-rc.1 :0.9.9])] (parse v)))
(table.sort versions older?)

(local sorted (icollect [_ v (ipairs versions)] (render v)))
(local (ok? message) (pcall parse "one.two"))
{: sorted
 :next (icollect [_ part (ipairs [:major :minor :patch])]
         (-> (. versions 4) (bump part) render))
 : ok? : message}

;; expect
;; {:message "not a version: one.two" :next ["2.0.0" "1.11.0" "1.10.1"] :ok? false :sorted ["0.9.9" "1.2.3-rc.1" "1.2.3" "1.10.0"]}

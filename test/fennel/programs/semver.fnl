;; Semantic versions: parsing, precedence, sorting, ranges and the next version.

(fn split [text separator]
  (icollect [part (string.gmatch text (.. "[^" separator "]+"))]
    part))

(fn parse [text]
  (case (text:match "^v?(%d+)%.(%d+)%.(%d+)(.*)$")
    (major minor patch rest)
    (let [pre (rest:match "^%-([%w.-]+)")]
      {:major (tonumber major)
       :minor (tonumber minor)
       :patch (tonumber patch)
       :pre (if pre (split pre ".") [])})
    _ (values nil (.. "not a version: " text))))

(fn compare-identifiers [a b]
  (case (values (tonumber a) (tonumber b))
    (x y) (- x y)
    (x nil) -1
    (nil y) 1
    _ (if (< a b) -1 (< b a) 1 0)))

(fn compare-pre [a b]
  (case (values (length a) (length b))
    (0 0) 0
    (0 _) 1
    (_ 0) -1
    (m n) (faccumulate [order 0 i 1 (math.max m n) &until (not= order 0)]
            (case (values (. a i) (. b i))
              (x y) (compare-identifiers x y)
              (x nil) 1
              _ -1))))

(fn compare [a b]
  (let [number-order (accumulate [order 0
                                  _ field (ipairs [:major :minor :patch])
                                  &until (not= 0 order)]
                       (- (. a field) (. b field)))]
    (if (not= 0 number-order) number-order
        (compare-pre a.pre b.pre))))

(fn sort-versions [texts]
  (let [sorted (icollect [_ text (ipairs texts)] {: text :version (parse text)})]
    (table.sort sorted #(< (compare $1.version $2.version) 0))
    (icollect [_ {: text} (ipairs sorted)] text)))

(fn satisfies? [text range]
  (let [version (parse text)
        (operator bound) (range:match "^([<>=^~]*)%s*(.+)$")
        limit (parse bound)
        order (compare version limit)]
    (case operator
      ">=" (>= order 0)
      "<" (< order 0)
      "^" (and (>= order 0) (= version.major limit.major))
      "~" (and (>= order 0) (= version.major limit.major) (= version.minor limit.minor))
      (where (or "" "=")) (= order 0)
      _ (error (.. "unknown operator " operator)))))

(fn bump [text part]
  (let [{: major : minor : patch} (parse text)]
    (case part
      :major (string.format "%d.0.0" (+ major 1))
      :minor (string.format "%d.%d.0" major (+ minor 1))
      :patch (string.format "%d.%d.%d" major minor (+ patch 1)))))

(local shuffled ["1.0.0" "1.0.0-rc.1" "1.0.0-alpha.beta" "v0.9.12" "1.0.0-alpha" "1.0.0-beta.11"
                 "1.10.0" "1.0.0-beta.2" "1.2.0" "1.0.0-alpha.1" "1.0.0-beta"])

(values (sort-versions shuffled)
        (icollect [_ [version range] (ipairs [["1.4.2" "^1.2.0"] ["2.0.0" "^1.2.0"] ["1.2.9" "~1.2.3"]
                                              ["1.3.0" "~1.2.3"] ["1.0.0-rc.1" "<1.0.0"] ["1.0.0" ">=1.0.0"]
                                              ["1.0.0" "1.0.1"]])]
          (satisfies? version range))
        (icollect [_ part (ipairs [:major :minor :patch])] (bump "v1.9.9" part))
        [(parse "one.two")]
        (select 2 (parse "one.two")))

;; expect
;; ["v0.9.12" "1.0.0-alpha" "1.0.0-alpha.1" "1.0.0-alpha.beta" "1.0.0-beta" "1.0.0-beta.2" "1.0.0-beta.11" "1.0.0-rc.1" "1.0.0" "1.2.0" "1.10.0"]
;; [true false true false true true false]
;; ["2.0.0" "1.10.0" "1.9.10"]
;; {2 "not a version: one.two"}
;; "not a version: one.two"

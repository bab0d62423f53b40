;; Addresses: parsing, query strings, percent encoding, joining.

(fn decode [s]
  (-> s
      (: :gsub "+" " ")
      (: :gsub "%%(%x%x)" #(string.char (tonumber $ 16)))
      (#(pick-values 1 $...))))

(fn encode [s]
  (pick-values 1
    (s:gsub "[^%w%-._~]" #(string.format "%%%02X" (string.byte $)))))

(fn parse-query [query]
  (let [out {}]
    (each [key value (query:gmatch "([^&=]+)=?([^&]*)")]
      (let [key (decode key)
            value (decode value)]
        (case (. out key)
          nil (tset out key value)
          [&as list] (table.insert list value)
          single (tset out key [single value]))))
    out))

(fn parse [url]
  (let [(scheme rest) (url:match "^(%a[%w+.-]*):(.*)$")
        (rest fragment) (rest:match "^([^#]*)#?(.*)$")
        (rest query) (rest:match "^([^?]*)%??(.*)$")
        (authority path) (rest:match "^//([^/]*)(.*)$")
        (user host port) (if authority
                             (let [(user address) (if (authority:find "@" 1 true)
                                                      (authority:match "^(.-)@(.*)$")
                                                      (values nil authority))
                                   (host port) (address:match "^(.-):?(%d*)$")]
                               (values user host (tonumber port))))]
    {: scheme : user : host : port
     :path (or path rest)
     :query (if (not= "" query) (parse-query query))
     :fragment (if (not= "" fragment) (decode fragment))}))

(fn format-query [params]
  (let [keys (doto (icollect [k (pairs params)] k) (table.sort))]
    (table.concat (icollect [_ k (ipairs keys)]
                    (.. (encode k) "=" (encode (tostring (. params k)))))
                  "&")))

(fn join-path [base relative]
  (let [parts (icollect [part (: (if (= "/" (relative:sub 1 1)) relative
                                     (.. (base:match "^(.*/)") relative))
                                 :gmatch "[^/]+")]
                part)
        out []]
    (each [_ part (ipairs parts)]
      (case part
        "." nil
        ".." (table.remove out)
        _ (table.insert out part)))
    (.. "/" (table.concat out "/"))))

(values (parse "https://ci:s3@forge.example:8443/runs/list?state=failed&tag=a&tag=b%20c&q=x+y&flag#log%20end")
        (parse "mailto:someone@example.org")
        (parse "http://localhost/")
        (format-query {:branch "feature/x y" :limit 20 :ü "é"})
        (decode (encode "100% & more~"))
        [(join-path "/a/b/c" "d") (join-path "/a/b/c" "../d") (join-path "/a/b/c" "/x/./y") (join-path "/a/" "../../z")])

;; expect
;; {:fragment "log end" :host "forge.example" :path "/runs/list" :port 8443 :query {:flag "" :q "x y" :state "failed" :tag ["a" "b c"]} :scheme "https" :user "ci:s3"}
;; {:path "someone@example.org" :scheme "mailto"}
;; {:host "localhost" :path "/" :scheme "http"}
;; "branch=feature%2Fx%20y&limit=20&%C3%BC=%C3%A9"
;; "100% & more~"
;; ["/a/b/d" "/a/d" "/x/y" "/z"]

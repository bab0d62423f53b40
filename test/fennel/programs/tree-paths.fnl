;; Walks nested tables, gets and sets by path.
(fn get-in [t path]
  (accumulate [value t _ key (ipairs path) &until (= nil value)]
    (?. value key)))

(fn set-in [t [key & rest] value]
  (if (= nil (. rest 1))
      (tset t key value)
      (do
        (when (= nil (. t key)) (tset t key {}))
        (set-in (. t key) rest value)))
  t)

(fn leaves [t ?prefix]
  (let [out []]
    (each [k v (pairs t)]
      (let [path (if ?prefix (.. ?prefix "." k) (tostring k))]
        (if (= (type v) :table)
            (each [_ leaf (ipairs (leaves v path))] (table.insert out leaf))
            (table.insert out (.. path "=" (tostring v))))))
    (table.sort out)
    out))

(local config (-> {}
                  (set-in [:server :port] 3000)
                  (set-in [:server :tls :on] false)
                  (set-in [:limits :runs] 4)))
[(leaves config)
 (get-in config [:server :port])
 (get-in config [:server :tls :on])
 (get-in config [:nothing :here])]

;; expect
;; [["limits.runs=4" "server.port=3000" "server.tls.on=false"] 3000 false]

;; Records with checked fields, from one declaration.
(macro defrecord [name fields]
  (let [constructor `(fn ,name [t#])
        checks []]
    (each [field kind (pairs fields)]
      (table.insert constructor
        `(when (not= (type (. t# ,field)) ,kind)
           (error (string.format "%s.%s: expected %s, found %s"
                                 ,(tostring name) ,field ,kind (type (. t# ,field)))
                  0))))
    (table.insert constructor `(setmetatable t# {:__name ,(tostring name)}))
    constructor))

(macro with-fields [record names ...]
  (let [binding {}]
    (each [_ name (ipairs names)]
      (tset binding (tostring name) name))
    `(let [,binding ,record] ,...)))

(defrecord run {:id :number :ref :string})
(defrecord job {:name :string})

(local r (run {:id 7 :ref :main}))
(local (ok? message) (pcall job {:name 5}))
(local summary (with-fields r [id ref] (.. ref "#" id)))
{: ok? : message : summary :name (. (getmetatable r) :__name)}

;; expect
;; {:message "job.name: expected string, found number" :name "run" :ok? false :summary "main#7"}

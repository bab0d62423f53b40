;; A module: its locals are private, its last value is what require gives.

(local origin {:x 0 :y 0})
(var made 0)

(fn point [x y]
  (set made (+ made 1))
  {: x : y})

(fn distance [a ?b]
  (let [{: x : y} (or ?b origin)]
    (math.sqrt (+ (^ (- a.x x) 2) (^ (- a.y y) 2)))))

(fn walk [steps]
  "Follows steps such as R2 or U10 from the origin."
  (let [directions {:R [1 0] :L [-1 0] :U [0 1] :D [0 -1]}]
    (accumulate [at (point 0 0)
                 _ step (ipairs steps)]
      (let [(name count) (step:match "^(%u)(%d+)$")
            [dx dy] (. directions name)]
        (point (+ at.x (* dx (tonumber count)))
               (+ at.y (* dy (tonumber count))))))))

{: point : distance : walk :count (fn [] made) :module-name ...}

;; Conway's game of life on a torus and on an endless plane.

(fn parse [rows]
  (let [cells {}]
    (each [y row (ipairs rows)]
      (for [x 1 (length row)]
        (when (= "#" (row:sub x x))
          (tset cells (.. x ":" y) [x y]))))
    cells))

(fn neighbours [x y wrap]
  (let [out []]
    (for [dx -1 1]
      (for [dy -1 1]
        (when (not (= 0 dx dy))
          (table.insert out [(wrap (+ x dx)) (wrap (+ y dy))]))))
    out))

(fn step [cells wrap]
  (let [counts {} places {}]
    (each [_ [x y] (pairs cells)]
      (each [_ [nx ny &as place] (ipairs (neighbours x y wrap))]
        (let [key (.. nx ":" ny)]
          (tset counts key (+ 1 (or (. counts key) 0)))
          (tset places key place))))
    (collect [key count (pairs counts)]
      (case (values count (. cells key))
        (where (or (2 [_]) (3 _))) (values key (. places key))))))

(fn generations [cells n wrap]
  (faccumulate [current cells _ 1 n] (step current wrap)))

(fn render [cells size]
  (fcollect [y 1 size]
    (table.concat (fcollect [x 1 size]
                    (if (. cells (.. x ":" y)) "#" ".")))))

(fn population [cells]
  (accumulate [n 0 _ _ (pairs cells)] (+ n 1)))

(fn torus [size] #(+ 1 (% (- $ 1) size)))
(fn plane [v] v)

(local glider ["..#.." "#.#.." ".##.." "....." "....."])
(local blinker ["....." "..#.." "..#.." "..#.." "....."])
(local r-pentomino [".##" "##." ".#."])

(values (render (generations (parse blinker) 1 plane) 5)
        (render (generations (parse blinker) 2 plane) 5)
        (render (generations (parse glider) 4 plane) 5)
        (render (generations (parse glider) 20 (torus 5)) 5)
        (icollect [_ n (ipairs [0 1 2 10])] (population (generations (parse r-pentomino) n plane))))

;; expect
;; ["....." "....." ".###." "....." "....."]
;; ["....." "..#.." "..#.." "..#.." "....."]
;; ["....." "...#." ".#.#." "..##." "....."]
;; ["..#.." "#.#.." ".##.." "....." "....."]
;; [5 6 7 11]

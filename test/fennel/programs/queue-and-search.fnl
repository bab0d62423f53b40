;; A queue of two stacks, and breadth-first search with it through a maze.

(fn make-queue []
  {:front [] :back []})

(fn push [queue item]
  (table.insert queue.back item)
  queue)

(fn pop [queue]
  (when (= 0 (length queue.front))
    (while (< 0 (length queue.back))
      (table.insert queue.front (table.remove queue.back))))
  (table.remove queue.front))

(fn empty? [{: front : back}]
  (= 0 (length front) (length back)))

(local maze ["S.#....."
             ".#..##.#"
             "...#...."
             ".#.#.##."
             ".#...#.E"])

(fn at [x y]
  (case (. maze y)
    row (let [cell (row:sub x x)]
          (when (not= "" cell) cell))))

(fn find-cell [wanted]
  (var (fx fy) nil)
  (each [y row (ipairs maze) &until fx]
    (let [x (row:find wanted 1 true)]
      (when x (set (fx fy) (values x y)))))
  (values fx fy))

(fn key [x y] (.. x "," y))

(fn neighbours [x y]
  (icollect [_ [dx dy] (ipairs [[1 0] [0 1] [-1 0] [0 -1]])]
    (let [nx (+ x dx) ny (+ y dy)]
      (case (at nx ny)
        "#" nil
        cell [nx ny]))))

(fn search []
  (let [(sx sy) (find-cell "S")
        (ex ey) (find-cell "E")
        queue (push (make-queue) [sx sy])
        distance {(key sx sy) 0}]
    (var visited 0)
    (while (and (not (empty? queue)) (not (. distance (key ex ey))))
      (let [[x y] (pop queue)]
        (set visited (+ visited 1))
        (each [_ [nx ny] (ipairs (neighbours x y))]
          (when (not (. distance (key nx ny)))
            (tset distance (key nx ny) (+ 1 (. distance (key x y))))
            (push queue [nx ny])))))
    (values (. distance (key ex ey)) (< 10 visited))))

(fn drain [queue]
  (let [out []]
    (while (not (empty? queue))
      (table.insert out (pop queue)))
    out))

(local mixed (-> (make-queue) (push 1) (push 2) (push 3)))
(local first-out (pop mixed))
(push mixed 4)

(values first-out (drain mixed) (pop mixed) [(find-cell "E")] (search))

;; expect
;; 1
;; [2 3 4]
;; nil
;; [8 5]
;; 15
;; true

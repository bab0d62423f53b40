;; Requiring a module of the repository: once evaluated, shared, taken apart by name.

(local geometry (require :lib.geometry))
(local {: point : distance} (require :lib.geometry))

(local again (require :lib.geometry))

(fn geometry.area [a b]
  (* (math.abs (- a.x b.x)) (math.abs (- a.y b.y))))

(local p (point 3 4))
(local end (geometry.walk [:R2 :U10 :L5 :D3]))

(values (distance p)
        (distance p (point 3 10))
        [end.x end.y]
        (again.area p (point 0 0))
        (= geometry again)
        (geometry.count)
        (= geometry.made nil)
        geometry.module-name
        (pick-values 1 (pcall require :lib.absent)))

;; expect
;; 5
;; 6
;; [-3 7]
;; 12
;; true
;; 8
;; true
;; "lib.geometry"
;; false

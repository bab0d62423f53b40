;; Classes by metatables: inheritance, operators, calls, tostring, and methods in every notation.

(fn class [name ?parent]
  (let [methods {: name}]
    (set methods.__index methods)
    (setmetatable methods
                  {:__index ?parent
                   :__call (fn [cls ...]
                             (let [object (setmetatable {} cls)]
                               (when object.init (object:init ...))
                               object))})))

(local Shape (class "Shape"))

(fn Shape.init [self label]
  (set self.label label))

(fn Shape.area [self] 0)

(fn Shape.describe [self]
  (string.format "%s %s of area %g" self.name self.label (self:area)))

(local Rectangle (class "Rectangle" Shape))

(fn Rectangle.init [self label w h]
  (Shape.init self label)
  (doto self
    (tset :w w)
    (tset :h h)))

(fn Rectangle.area [{: w : h}] (* w h))

(set Rectangle.__eq (fn [a b] (and (= a.w b.w) (= a.h b.h))))
(set Rectangle.__lt (fn [a b] (< (a:area) (b:area))))
(set Rectangle.__add (fn [a b] (Rectangle (.. a.label "+" b.label) (+ a.w b.w) (math.max a.h b.h))))
(set Rectangle.__tostring (fn [self] (.. "<" self.w "x" self.h ">")))
(set Rectangle.__len (fn [self] (+ (* 2 self.w) (* 2 self.h))))
(set Rectangle.__concat (fn [a b] (.. (tostring a) (tostring b))))

(local Square (class "Square" Rectangle))

(fn Square.init [self label side]
  (Rectangle.init self label side side))

(fn Square.describe [self]
  (.. "a fine " (Rectangle.describe self)))

(local door (Rectangle "door" 1 2))
(local gate (Rectangle "gate" 4 2))
(local twin (Rectangle "twin" 1 2))
(local tile (Square "tile" 3))
(local method :describe)

(local counter
       (let [state {:count 0}]
         (setmetatable {} {:__index (fn [_ key] (.. "no " key))
                           :__newindex (fn [_ key value] (set state.count (+ state.count 1)) (tset state key value))
                           :__call (fn [_ key] (. state key))})))
(set counter.a 10)
(tset counter :b 20)

(values (door:describe)
        (: gate method)
        (tile:describe)
        (tile:area)
        [(= door twin) (= door gate) (rawequal door twin) (< door gate) (> door gate)]
        (tostring (+ door gate))
        (. (+ door gate) :label)
        (length gate)
        (.. door gate)
        (.. "tile: " (Rectangle.__tostring tile))
        [counter.missing (counter :count) (counter :b)]
        (let [{:describe f} Shape] (f gate)))

;; expect
;; "Rectangle door of area 2"
;; "Rectangle gate of area 8"
;; "a fine Square tile of area 9"
;; 9
;; [true false false true false]
;; "<5x2>"
;; "door+gate"
;; 12
;; "<1x2><4x2>"
;; "tile: <3x3>"
;; ["no missing" 2 20]
;; "Rectangle gate of area 8"

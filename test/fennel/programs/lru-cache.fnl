;; A least-recently-used cache on a doubly linked list.

(fn link [left right]
  (set left.next right)
  (set right.previous left))

(fn unlink [node]
  (link node.previous node.next))

(fn make-cache [capacity]
  (let [head {} tail {}]
    (link head tail)
    {: capacity :size 0 :nodes {} : head : tail :hits 0 :misses 0}))

(fn to-front [cache node]
  (link node cache.head.next)
  (link cache.head node))

(fn get [cache key]
  (case (. cache.nodes key)
    node (do
           (unlink node)
           (to-front cache node)
           (set cache.hits (+ cache.hits 1))
           node.value)
    nil (do
          (set cache.misses (+ cache.misses 1))
          nil)))

(fn put [cache key value]
  (case (. cache.nodes key)
    node (do (set node.value value)
             (unlink node)
             (to-front cache node))
    nil (let [node {: key : value}]
          (tset cache.nodes key node)
          (to-front cache node)
          (set cache.size (+ cache.size 1))
          (when (< cache.capacity cache.size)
            (let [oldest cache.tail.previous]
              (unlink oldest)
              (tset cache.nodes oldest.key nil)
              (set cache.size (- cache.size 1))))))
  cache)

(fn keys [cache]
  (let [out []]
    (var node cache.head.next)
    (while node.key
      (table.insert out node.key)
      (set node node.next))
    out))

(local cache (make-cache 3))
(-> cache (put :a 1) (put :b 2) (put :c 3))
(local a (get cache :a))
(put cache :d 4)
(local b (get cache :b))
(put cache :c 33)

(values (keys cache) a b (get cache :c) (keys cache)
        {:size cache.size :hits cache.hits :misses cache.misses}
        (keys (make-cache 1))
        (keys (-> (make-cache 1) (put :x 1) (put :y 2))))

;; expect
;; ["c" "d" "a"]
;; 1
;; nil
;; 33
;; ["c" "d" "a"]
;; {:hits 2 :misses 1 :size 3}
;; {}
;; ["y"]

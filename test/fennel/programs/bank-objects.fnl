;; Objects with methods by metatables, and errors as values.
(local Account {})
(set Account.__index Account)

(fn Account.new [owner balance]
  (setmetatable {: owner :balance (or balance 0) :log []} Account))

(fn Account.deposit [self amount]
  (assert (< 0 amount) "an amount is positive")
  (set self.balance (+ self.balance amount))
  (table.insert self.log [:deposit amount])
  self)

(fn Account.withdraw [self amount]
  (if (> amount self.balance)
      (values nil {:reason :funds :missing (- amount self.balance)})
      (do
        (set self.balance (- self.balance amount))
        (table.insert self.log [:withdraw amount])
        self)))

(fn Account.__tostring [self] (.. self.owner ": " self.balance))
(fn Account.__lt [a b] (< a.balance b.balance))

(fn transfer [from to amount]
  (case-try (from:withdraw amount)
    _ (to:deposit amount)
    account (values :ok account.balance)
    (catch
      (nil {: reason : missing}) (values reason missing))))

(local ada (Account.new :ada 100))
(local ben (Account.new :ben))
[[(transfer ada ben 30)] [(transfer ada ben 500)]
 (tostring ada) (tostring ben) (< ben ada) (length ada.log)]

;; expect
;; [["ok" 30] ["ok" 530] "ada: 70" "ben: 530" false 1]

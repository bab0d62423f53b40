local function show(...) print(...) end
local V = {} V.__index = V
local function vec(x, y) return setmetatable({x = x, y = y}, V) end
for name, f in pairs{
  __add = function(a, b) return vec(a.x + b.x, a.y + b.y) end,
  __sub = function(a, b) return vec(a.x - b.x, a.y - b.y) end,
  __mul = function(a, b) if type(a) == "number" then return vec(a * b.x, a * b.y) elseif type(b) == "number" then return vec(a.x * b, a.y * b) end return a.x * b.x + a.y * b.y end,
  __div = function(a, b) return vec(a.x / b, a.y / b) end,
  __mod = function(a, b) return vec(a.x % b, a.y % b) end,
  __pow = function(a, b) return vec(a.x ^ b, a.y ^ b) end,
  __idiv = function(a, b) return vec(a.x // b, a.y // b) end,
  __unm = function(a) return vec(-a.x, -a.y) end,
  __band = function(a, b) return "band" end, __bor = function(a, b) return "bor" end, __bxor = function() return "bxor" end,
  __shl = function() return "shl" end, __shr = function() return "shr" end, __bnot = function() return "bnot" end,
  __eq = function(a, b) return a.x == b.x and a.y == b.y end,
  __lt = function(a, b) return a.x < b.x end,
  __le = function(a, b) return a.x <= b.x end,
  __len = function(a) return 42 end,
  __concat = function(a, b) return tostring(a) .. "&" .. tostring(b) end,
  __call = function(self, ...) return "called", select("#", ...), ... end,
  __tostring = function(a) return "(" .. a.x .. "," .. a.y .. ")" end,
} do V[name] = f end
local a, b = vec(1, 2), vec(3, 4)
show(tostring(a + b), tostring(a - b), a * b, tostring(2 * a), tostring(a * 2), tostring(b / 2), tostring(b % 2), tostring(b ^ 2), tostring(b // 2), tostring(-a))
show(a & b, a | 1, 1 ~ a, a << 1, a >> 1, ~a)
show(a == b, a == vec(1, 2), a ~= b, a < b, a <= b, a > b, a >= b, rawequal(a, vec(1, 2)))
show(#a, a .. b, a .. "x", "x" .. a, 1 .. a, a .. "x" .. "y", "p" .. "q" .. a)
show(a(1, nil, 3)) show(pcall(a)) show(select("#", a()))
local log = {}
local proxy = setmetatable({}, {__index = function(t, k) log[#log + 1] = "get " .. tostring(k) return rawget(t, "_" .. tostring(k)) end, __newindex = function(t, k, v) log[#log + 1] = "set " .. tostring(k) rawset(t, "_" .. tostring(k), v) end})
proxy.one = 1 proxy[2] = "two" show(proxy.one, proxy[2], proxy.none) show(table.concat(log, ", "))
local base = {inherited = "yes"} local middle = setmetatable({}, {__index = base}) local leaf = setmetatable({}, {__index = middle}) show(leaf.inherited, leaf.nothing)
local sink = {} local writer = setmetatable({}, {__newindex = sink}) writer.k = "v" show(rawget(writer, "k"), sink.k)
local le_by_lt = setmetatable({}, {__lt = function() return false end}) show(pcall(function() return le_by_lt <= le_by_lt end))
show(pcall(function() return a < 1 end)) show(pcall(function() return {} < a end)) show(pcall(function() return {} + 1 end)) show(pcall(function() return a.x.y.z end))
show(getmetatable(a) == V, getmetatable({}), getmetatable(1)) show(pcall(setmetatable, setmetatable({}, {__metatable = "locked"}), {})) show(getmetatable(setmetatable({}, {__metatable = "locked"})))
local iter = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, "one" elseif k < 3 then return k + 1, "more" end end, t, nil end}) for k, v in pairs(iter) do show(k, v) end
local ip = setmetatable({}, {__index = function(_, i) if i <= 3 then return i * 10 end end}) for i, v in ipairs(ip) do show(i, v) end
show(tostring(setmetatable({}, {__name = "Thing"})):match("^Thing: ") ~= nil, pcall(tostring, setmetatable({}, {__tostring = function() return 1 end})))
local callable = setmetatable({}, {__call = setmetatable({}, {__call = function(self, other, ...) return "inner", ... end})}) show(pcall(callable, 1, 2))
show(rawlen({1, 2}), rawlen("abc"), rawget(setmetatable({}, {__index = {x = 1}}), "x"), rawset({}, "k", 1).k)
local cmp = setmetatable({}, {__eq = function() return true end}) show(cmp == setmetatable({}, getmetatable(cmp)), cmp == {}, cmp ~= setmetatable({}, {}), cmp == 1)
local unm = setmetatable({}, {__unm = function(x, y) return rawequal(x, y) end, __len = function(x, y) return "len" end}) show(-unm, #unm)
local arith = setmetatable({}, {__add = function(x, y) return type(x) .. "+" .. type(y) end}) show(arith + 1, 1 + arith, "s" + arith, arith + nil, arith + arith) show(pcall(function() return "abc" + 1 end)) show(pcall(function() return 1 & 1.5 end)) show(pcall(function() return "a" | 1 end)) show(pcall(function() return 2 ^ {} end))
local deep = setmetatable({}, {}) for i = 1, 10 do deep = setmetatable({}, {__index = deep}) end show(deep.missing)
local loop = {} setmetatable(loop, {__index = loop}) show(pcall(function() return loop.x end))
show(table.concat(setmetatable({}, {__index = function(_, i) return "i" .. i end, __len = function() return 3 end}), ",")) show(table.unpack(setmetatable({}, {__index = function(_, i) return i * 2 end}), 1, 3)) show(#setmetatable({1, 2}, {__len = function() return 7 end}))
local track = setmetatable({}, {__len = function() return 2 end, __newindex = function(t, k, v) show("set", k, v) end}) table.insert(track, "x") table.insert(track, 1, "y")
show(next({}), next({10}), type(next), select("#", next({})))
local gc = setmetatable({}, {__gc = function() end, __mode = "k"}) show(type(gc))

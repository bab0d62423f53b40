-- Every instruction and statement of the language, at least once.
local a, b, c = 1, "two"
print(a, b, c)
do local a = 5; print(a) end
print(a)
local function sum(...)
  local total, n = 0, select("#", ...)
  for i = 1, n do total = total + (select(i, ...)) end
  return total, n
end
print(sum()) print(sum(1)) print(sum(1, 2, 3)) print((sum(1, 2, 3)))
local function passes(x, y, ...) return ..., x, y end
print(passes()) print(passes(1)) print(passes(1, 2, 3, 4)) print(passes(1, nil, nil))
local function tail(n, acc) if n == 0 then return acc end return tail(n - 1, acc + n) end
print(tail(100000, 0))
local function many() return 1, 2, 3, nil, 5, nil end
local t = {many(), many()} print(#t, t[1], t[2], t[6])
local u = {many(), (many())} print(#u)
local p = table.pack(many()) print(p.n, p[5])
print(select("#", many()), select(-2, many()))
local big = {} for i = 1, 120 do big[i] = i * i end
print(#big, select("#", table.unpack(big)), (select(120, table.unpack(big))))
local literal = {1, 2, 3, [10] = 10, x = "x", ["y z"] = true, 4, [2.5] = "float", [true] = "bool", f = function() return "called" end}
print(#literal, literal[4], literal[10], literal.x, literal["y z"], literal[2.5], literal[true], literal.f())
local long = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60}
print(#long, long[51], long[60])
print({} == {}, a == 1, "a" == "a", 1 == 1.0, "1" == 1, nil == false)
print(1 < 2, 1 <= 1, "a" < "b", "a" < "B", "" < "a", "a" <= "a", "Z" < "a", 2 > 1, 2 >= 3)
print(not nil, not 0, not "", nil and 1, false or "x", 1 and 2, nil or false, false and error("no"), 1 or error("no"))
print(#"abc", #{1, 2, 3}, -5, - -5, ~5, not not nil)
print(2 ^ 10, 7 // 2, 7 % 3, -7 // 2, -7 % 3, 7.5 // 2, 7 / 2, 6 / 2, 1e3, 0x10, 0xff, 0x.8p1, 1e-2)
print(5 & 3, 5 | 3, 5 ~ 3, 1 << 4, 256 >> 4, ~0, "10" + 5, "3" * "4", 10 .. 20, 1 .. "", 1.5 .. "|")
for i = 1, 3 do io.write(i, " ") end print()
for i = 3, 1, -1 do io.write(i, " ") end print()
for i = 1, 0 do io.write("never") end
for i = 1.0, 2.0, 0.5 do print(i) end
for i = 10, 1, -4 do io.write(i, " ") end print()
for i = 1, math.huge do if i > 3 then break end io.write(i, " ") end print()
for i = 3, -math.huge, -1 do if i < 0 then break end io.write(i, " ") end print()
for i = 1, 2.9 do io.write(i, " ") end print()
for i = 1, 3 do local i = i * 10 io.write(i, " ") end print()
local w = 0 while w < 3 do w = w + 1 if w == 2 then goto continue end io.write(w, " ") ::continue:: end print()
local r = 0 repeat local stop = r >= 2 r = r + 1 until stop print(r)
do local i = 1 ::top:: if i <= 3 then io.write(i, ";") i = i + 1 goto top end print() end
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto next end io.write(i, j, " ") ::next:: end end print()
local closures = {}
for i = 1, 3 do closures[i] = function() i = i + 1 return i end end
print(closures[1](), closures[1](), closures[2](), closures[3]())
local fns = {} local k = 1
while k <= 3 do local j = k fns[k] = function() return j end k = k + 1 end
print(fns[1](), fns[2](), fns[3]())
local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end
local inc, get = counter() inc() inc() print(get(), inc(), get())
local function nested() local x = 1 local function f() local function g() x = x + 1 return x end return g end return f()(), x end
print(nested())
local object = {n = 1} function object:add(m) self.n = self.n + m return self end
print(object:add(2):add(3).n)
local s = "method" print(s:upper(), ("x"):rep(3), #s:sub(2), ("%d"):format(7))
function object.static(...) return select("#", ...) end print(object.static(1, nil))
local x, y, z = (function() return 1, 2, 3 end)() print(x, y, z)
x, y = y, x print(x, y)
local arr = {1, 2, 3} local i = 1 i, arr[i] = i + 1, 20 print(i, arr[1], arr[2])
print(type(nil), type(1), type("x"), type({}), type(print), type(true), type(coroutine.create(print)))
print(("x"):rep(3), 'single', "esc\t\"\\\65\x41\u{48}\z
       joined", [[long
string]], [==[with ]] inside]==])
local mt = setmetatable({}, {__index = function(_, key) return key .. "!" end}) print(mt.foo, mt[1])
local ok, message = pcall(function() local n = nil; return n.field end) print(ok, message)
print(pcall(error, {code = 1})) print(select(2, pcall(error, "plain", 0)))
print(tostring(1e15), tostring(1e14), tostring(123456.789), 1e100, -0.0, 0.1, 1 / 3, 100 // 1e0, 2 ^ 53, 5 // 0.0, -5 // 0.0, 0 / 0 ~= 0 / 0)
print(math.type(1), math.type(1.0), math.type("1"), 1 // 1, 1.0 // 1, 3 | 0, 2^31 | 0, 1 << 31, 1 << 32, 1 << 40)
print(7 % -3, -7 % -3, 7.5 % 2, -7.5 % 2, 7 % 2.5, 0 % 5, 5 % math.huge, -5 % math.huge)
print(2147483647 + 1, -2147483648 - 1, 65536 * 65536, 4294967296, 0xffffffff, 9007199254740991, -9007199254740991, 100000 * 100000)
print(1000000007 * 1000003, 4503599627370495 * 2 + 1, 9007199254740990 // 7, 9007199254740990 % 7, -9007199254740990 // 7, -9007199254740990 % 7)
print(0xff ~ 0xf0f, 0xffffffff & 0xf0f0f0f0f, (1 << 35) | 1, (1 << 35) >> 3, ~(1 << 35), -1 & 0xffffffff, -1 >> 32, 3 << -1, 3 >> -1, 1 << 64, 1 >> 64)
print(tonumber("0x7fffffff"), tonumber("4294967295"), tonumber("1e2"), tonumber("  12  "), tonumber("1_000"), tonumber("0b1"), tonumber("٣"))

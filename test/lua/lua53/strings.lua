local function show(...) print(...) end
local pats = { "a", "", ".", "%a+", "%s*", "(%w+)=(%w+)", "^(a)(.-)(c)$", "[^%s]+", "[%a_][%w_]*", "%b()", "%f[%w]%w+", "(a)(b)(c)", "()b()", "[]]", "[^]]", "[a-]", "[%-x]", "a?b", "a-b", "a*$", "^$", "%d%d?", "(.)%1", "[%z\0]", "x*y?z+", "(.-)%.", "^%s*(.-)%s*$", "%%", "%.", "$", "^", "^a*", "[a-c]+$", "%u%l+", "((a)b)", "(%((.-)%))", "%x+", "%p", "%c", "%g+", "[%d.]+" }
local subs = { "", "a", "abc", "hello world", "key=value", "a.b.c", "  trim me  ", "aabbcc", "f(a(b)c)d)", "THE (quick) fox", "x = [1]", "a]b", "a-b", "12 34 56", "foo.bar.baz", "aXbYc", "Hello World Foo", "deadBEEF", "a\nb\tc", "%d%s", "zzz", "abcabc" }
for _, p in ipairs(pats) do for _, s in ipairs(subs) do
  show(p, s, pcall(string.find, s, p))
  show(p, s, pcall(string.match, s, p))
  show(p, s, pcall(string.match, s, p, 2))
  show(p, s, pcall(string.match, s, p, -2))
  show(p, s, pcall(string.gsub, s, p, "<%0>"))
  show(p, s, pcall(string.gsub, s, p, "<%1>", 2))
  show(p, s, pcall(string.gsub, s, p, string.upper))
  local t = {} for a, b in s:gmatch(p) do t[#t+1] = tostring(a).."/"..tostring(b) end show(table.concat(t, ","))
end end
for _, p in ipairs{ "(", ")", "[", "[a", "%", "a%", "%b", "%bx", "%f", "%fa", "(()", "a)", "%1", "(a)%2", "[%", "[a-", "[^", "(a", "((((((((((((((((((((((((((((((((((", "x(" } do for _, s in ipairs{"abc","", "a(b"} do
  show(p, s, pcall(string.find, s, p)) show(p, s, pcall(string.gsub, s, p, "%1")) end end
show(pcall(string.gsub, "abc", "%w", "%2")) show(pcall(string.gsub, "abc", "%w", "%")) show(pcall(string.gsub, "abc", "%w", "%x"))
show(pcall(string.gsub, "abc", "%w", {a="1", b=true})) show(pcall(string.gsub, "abc", "%w", {a="1", b=false, c=2})) show(pcall(string.gsub, "abc", "%w", function() return {} end)) show(pcall(string.gsub, "abc", "%w", nil)) show(pcall(string.gsub, "abc", "%w"))
show(("abc"):find("b", 1, true), ("a.c"):find(".", 1, true), ("abc"):find("", 10), ("abc"):find("", 4), ("abc"):find("c", -1), ("abc"):find("a", -10))
show(pcall(string.find, "a", "a", "x")) show(string.find("a\0b", "\0")) show(("x"):rep(0), ("x"):rep(-1), ("ab"):rep(3, "-"))
show(("hello"):sub(2,3), ("hello"):sub(-3), ("hello"):sub(0), ("hello"):sub(10), ("hello"):sub(-100, 2), ("hello"):sub(3,2))
show(("hello"):byte(), ("hello"):byte(10), ("hello"):byte(-1), ("héllo"):byte(1,-1))
show(("ÀBCé"):lower(), ("àbc"):upper(), ("abc"):reverse(), ("abc"):len())
show(string.char(), string.char(72,105), pcall(string.char, 256), pcall(string.char, -1))
for _, f in ipairs{"%5d","%-5d|","%05d","%+d","% d","%.3d","%x","%#x","%X","%o","%#o","%c","%i","%u", "%8.3d"} do for _, v in ipairs{0, 1, -1, 42, 255, 65, 2147483647, 2147483648.0, -2147483649, 1e15, 3.0, "10", 3.5, 2^53, 2^62} do show(f, v, pcall(string.format, f, v)) end end
for _, f in ipairs{"%f","%.0f","%.3f","%10.2f","%-10.2f|","%+.1f","%e","%.2e","%E","%g","%.3g","%#.3g","%G","%a","%A","%.2a","%010.3f","% f","%#.0f", "%5.1e", "%.14g","%.17g","%.99f"} do for _, v in ipairs{0, 1, -1.5, 0.1, 3.14159, 1e15, 1e16, 1e100, 1e-10, 123456789, 2.5, 0.5, 1/0, -1/0, 0/0, 5e-324, "0x10", -0.0} do show(f, v, pcall(string.format, f, v)) end end
for _, v in ipairs{1/0, -1/0, 1e15, 1e14, 123456789012345, 1e16, 0.1, 1/3, 100.0, -0.0, 1e300, 2^31, 2^31|0, 2^53, 1e100} do show(v, -v, v//1, v % 3, math.type(v)) end
for _, f in ipairs{"%s","%10s","%-10s|","%.2s","%5.1s","%q"} do for _, v in ipairs{"hello", "", "a\nb c\"\\\r\t\1272", 12, 1.5} do show(f, pcall(string.format, f, v)) end end
show(pcall(string.format, "%s")) show(string.format("%%")) show(pcall(string.format, "%")) show(pcall(string.format, "%123d", 1)) show(pcall(string.format, "%.123d", 1)) show(pcall(string.format, "%-+ #0d", 1)) show(pcall(string.format, "%--------d", 1)) show(string.format("%s %s", nil, true)) show(string.format("%s", setmetatable({}, {__tostring=function() return "T!" end}))) show(pcall(string.format, "%s", setmetatable({}, {__tostring=function() return 1 end}))) show(pcall(string.format, "%d", "1.5")) show(pcall(string.format,"%d", "x")) show(pcall(string.format,"%d", {}))

/**
 * Lua that makes code as data in the compiler: lists, sequences and symbols are tables with a metatable each. It gets
 * the metatables, a table that remembers which quoted form a table was made of (the number of its position), and a
 * host function that gives the source of a table of code; it fills `env` with constructors and predicates. The names
 * with `~` are those that a quoted form compiles to.
 */
export const prelude = `
local env, lists, sequences, tables, symbols, vargs, marks, where = ...
local select, setmetatable, getmetatable, type, error = select, setmetatable, getmetatable, type, error

local function symbol(name) return setmetatable({name}, symbols) end

-- A hole stands for nil that was unquoted; nils at the end are as good as absent.
local function form(meta, ...)
  local t, n = {...}, select("#", ...)
  while n > 0 and t[n] == nil do n = n - 1 end
  for i = 1, n do if t[i] == nil then t[i] = symbol("nil") end end
  return setmetatable(t, meta)
end

local function is(meta) return function(x) return type(x) == "table" and getmetatable(x) == meta and x end end
local isList, isVarg = is(lists), is(vargs)

symbols.__eq = function(a, b) return getmetatable(a) == getmetatable(b) and a[1] == b[1] end
local sourceKeys = {filename = true, line = true, col = true, endline = true, endcol = true}
local function field(t, key)
  local source = sourceKeys[key] and where(t)
  return source and source[key] or nil
end
symbols.__index, lists.__index = field, field

local function marked(mark, t) marks[t] = mark return t end
env["~list"] = function(mark, ...) return marked(mark, form(lists, ...)) end
env["~sequence"] = function(mark, ...) return marked(mark, form(sequences, ...)) end
env["~sym"] = function(mark, name) local t = marked(mark, symbol(name)) rawset(t, "quoted", true) return t end
env["~varg"] = function() return env._VARARG end
env["~table"] = function(mark, ...)
  local t = marked(mark, setmetatable({}, tables))
  for i = 1, select("#", ...), 2 do
    local key, value = select(i, ...)
    if key ~= nil then t[key] = value end
  end
  return t
end
env["ast-source"] = function(code)
  if type(code) ~= "table" then return {} end
  local meta = getmetatable(code)
  if meta == lists or meta == symbols or meta == vargs then return code end
  return where(code) or {}
end

env._VARARG = setmetatable({"..."}, vargs)
function env.list(...) return form(lists, ...) end
function env.sequence(...) return form(sequences, ...) end
function env.sym(name)
  if type(name) ~= "string" then error("sym expects a string as the first argument", 2) end
  return symbol(name)
end
env["list?"], env["varg?"], env["sequence?"] = isList, isVarg, is(sequences)
env["sym?"] = function(x, name)
  return type(x) == "table" and getmetatable(x) == symbols and (name == nil or x[1] == name) and x
end
env["table?"] = function(x)
  if type(x) ~= "table" then return false end
  local meta = getmetatable(x)
  return meta ~= lists and meta ~= symbols and meta ~= vargs and x
end
env["comment?"] = function() return false end
env.comment = function() end
env["macro-loaded"] = {}
env.unpack, env.pack = table.unpack, table.pack
`;

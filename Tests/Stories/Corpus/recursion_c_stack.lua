-- C stack overflow by nesting gsub, sort, pcall, load, metamethods and coroutines
local function check(label, ok, err)
  err = tostring(err)
  local c = err:find("C stack overflow", 1, true)
  local other = err:find("stack overflow", 1, true) or err:find("error in error handling", 1, true)
  print(label, ok, (c or other) and "overflow" or err)
end

local function by_gsub(s)
  return (s:gsub(".", by_gsub_again))
end
function by_gsub_again(c) return by_gsub(c) end
check("gsub", pcall(by_gsub, "x"))
by_gsub_again = nil

local function by_sort()
  table.sort({ 1, 2, 3 }, function(a, b)
    by_sort()
    return a < b
  end)
end
check("sort", pcall(by_sort))

local deepest = 0
local function by_pcall(n)
  deepest = n
  local ok, err = pcall(by_pcall, n + 1)
  if not ok then error(err, 0) end
  return ok
end
check("pcall", pcall(by_pcall, 1))
print("pcall depth is sane", deepest > 100 and deepest < 250)

local mt = {}
mt.__index = function(t, k) return t[k .. "x"] end
check("index", pcall(function() return setmetatable({}, mt).a end))

mt.__add = function(a, b) return a + b end
check("add", pcall(function() return setmetatable({}, mt) + 1 end))

mt.__tostring = function(t) return tostring(t) end
check("tostring", pcall(tostring, setmetatable({}, mt)))

mt.__concat = function(a, b) return a .. b end
check("concat", pcall(function() return setmetatable({}, mt) .. "" end))

local function by_wrap(n)
  return coroutine.wrap(by_wrap)(n + 1)
end
check("wrap", pcall(by_wrap, 1))

local parens = ("("):rep(300) .. "1" .. (")"):rep(300)
local f, message = load("return " .. parens, "=nested")
print("parser", f, message:find("overflow") ~= nil or message:find("limit") ~= nil)

local list = ("{"):rep(150) .. ("}"):rep(150)
print("parser fine", type(load("return " .. list)))

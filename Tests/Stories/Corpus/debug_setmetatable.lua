-- debug.setmetatable on numbers, nil, booleans and functions, the string metatable, all undone at the end
local function with(value, mt, f)
  local old = debug.getmetatable(value)
  debug.setmetatable(value, mt)
  local results = table.pack(pcall(f))
  debug.setmetatable(value, old)
  return table.unpack(results, 1, results.n)
end

-- numbers that can be called, indexed and measured
print(with(0, {
  __call = function(n, x) return n * x end,
  __index = { double = function(n) return n * 2 end, half = function(n) return n / 2 end },
  __len = function(n) return #tostring(n) end,
}, function()
  local n = 21
  return n(2), n:double(), (8):half(), #12345
end))

-- nil that can be indexed without end
print(with(nil, { __index = function() return nil end }, function()
  local t = {}
  return t.a.b.c.d, "reached the end"
end))
print(with(nil, { __add = function(a, b) return (a or 0) + (b or 0) end, __concat = function(a, b)
  return tostring(a) .. "|" .. tostring(b)
end }, function()
  return nil + 5, 5 + nil, "x" .. nil, nil .. "y"
end))

-- booleans with operators
print(with(true, {
  __band = function(a, b) return a and b end,
  __bor = function(a, b) return a or b end,
  __bnot = function(a) return not a end,
  __lt = function(a, b) return not a and b end,
}, function()
  return true & false, true | false, ~true, false < true, true < false
end))

-- functions composed with .. and applied with an operator
print(with(print, {
  __concat = function(f, g) return function(...) return f(g(...)) end end,
  __shr = function(x, f) return f(x) end,
  __index = function(f, k) return k end,
}, function()
  local inc, dbl = function(x) return x + 1 end, function(x) return x * 2 end
  return (inc .. dbl)(5), (dbl .. inc .. inc)(5), 5 >> inc >> dbl, inc.field
end))

-- threads
print(with(coroutine.create(function() end), {
  __call = function(co, ...) return select(2, coroutine.resume(co, ...)) end,
}, function()
  local co = coroutine.create(function(a) a = a + coroutine.yield(a) return a end)
  return co(1), co(2)
end))

-- everything is as before
print(pcall(function() return (1).x end))
print(pcall(function() return nil + 1 end))
print(debug.getmetatable(0), debug.getmetatable(nil), debug.getmetatable(true), debug.getmetatable(with))

-- string indexing by number through the string metatable
local smt = getmetatable("")
local old = smt.__index
smt.__index = function(s, k)
  if math.type(k) == "integer" then return s:sub(k, k) end
  return string[k]
end
print(("hello")[1], ("hello")[-1], ("hello"):upper())
smt.__index = old
return ("x")[1], ("abc"):len()

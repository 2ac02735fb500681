-- memoize with one and several arguments, recursive functions, errors that are not cached
local function memoize(f)
  local cache, hits = {}, 0
  return function(x)
    local v = cache[x]
    if v ~= nil then
      hits = hits + 1
      return v
    end
    v = f(x)
    cache[x] = v
    return v
  end, function() return hits end
end

local calls = 0
local fib, fibhits
fib, fibhits = memoize(function(n)
  calls = calls + 1
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end)
print(fib(40), calls, fibhits())

-- a trie of arguments, with nil allowed
local NIL, RESULT = {}, {}
local function memoize_n(f)
  local root = {}
  return function(...)
    local node = root
    for i = 1, select("#", ...) do
      local a = select(i, ...)
      if a == nil then a = NIL end
      local following = node[a]
      if not following then
        following = {}
        node[a] = following
      end
      node = following
    end
    local r = node[RESULT]
    if not r then
      r = table.pack(f(...))
      node[RESULT] = r
    end
    return table.unpack(r, 1, r.n)
  end
end
local evaluated = 0
local describe = memoize_n(function(...)
  evaluated = evaluated + 1
  return select("#", ...), ...
end)
print(describe())
print(describe(nil))
print(describe(nil, 1, nil))
print(describe(nil, 1, nil))
print(describe(1), describe(1.0), evaluated)

-- errors are raised again each time
local failures = 0
local risky = memoize(function(n)
  if n < 0 then
    failures = failures + 1
    error("negative: " .. n)
  end
  return n ^ 0.5
end)
for _, n in ipairs { 16, -1, 16, -1 } do
  print(n, pcall(risky, n))
end
print("failures", failures)
return fib(10)

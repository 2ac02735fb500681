-- closures made in loops, shared and private upvalues, counters, and closures over arguments
local function counters()
  local n = 0
  local function inc() n = n + 1 return n end
  local function dec() n = n - 1 return n end
  local function get() return n end
  return inc, dec, get
end
local inc, dec, get = counters()
local inc2, _, get2 = counters()
inc() inc() inc() dec() inc2()
print(get(), get2())

local for_fns, while_fns = {}, {}
for i = 1, 4 do
  for_fns[i] = function() i = i + 10 return i end
end
local j = 0
while j < 4 do
  j = j + 1
  while_fns[j] = function() j = j + 10 return j end
end
print(for_fns[1](), for_fns[1](), for_fns[4]())
print(while_fns[1](), while_fns[2](), j)

-- two closures of one iteration share its variable
local pairs_of = {}
for i = 1, 3 do
  local value = i
  pairs_of[i] = {
    set = function(x) value = x end,
    get = function() return value end,
  }
end
pairs_of[2].set("changed")
for i, p in ipairs(pairs_of) do print(i, p.get()) end

-- upvalues of upvalues
local function level1(a)
  return function(b)
    return function(c)
      a = a + 1
      b = b + a
      return a, b, a + b + c
    end
  end
end
local l2 = level1(1)
local f, g = l2(10), l2(20)
print(f(0))
print(g(0))
print(f(0))

-- a recursive local function, and one that is not
local function fact(n) return n <= 1 and 1 or n * fact(n - 1) end
local broken = function(n) return n <= 1 and 1 or n * broken(n - 1) end
print(fact(10), pcall(broken, 3))

-- composition
local function compose(...)
  local fs = { ... }
  return function(x)
    for i = #fs, 1, -1 do x = fs[i](x) end
    return x
  end
end
local add = function(n) return function(x) return x + n end end
print(compose(add(1), add(2), function(x) return x * 10 end)(4))
return get(), j

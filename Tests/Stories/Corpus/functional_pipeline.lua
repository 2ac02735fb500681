-- map, filter, reduce, curry, pipelines with method chains, church numerals and the Y combinator
local Seq = {}
Seq.__index = Seq
local function seq(t) return setmetatable({ items = t }, Seq) end
local function range(a, b)
  local t = {}
  for i = a, b do t[#t + 1] = i end
  return seq(t)
end
function Seq:map(f)
  local out = {}
  for i, v in ipairs(self.items) do out[i] = f(v) end
  return seq(out)
end
function Seq:filter(p)
  local out = {}
  for _, v in ipairs(self.items) do
    if p(v) then out[#out + 1] = v end
  end
  return seq(out)
end
function Seq:reduce(f, acc)
  for _, v in ipairs(self.items) do acc = f(acc, v) end
  return acc
end
function Seq:group(key)
  local groups, order = {}, {}
  for _, v in ipairs(self.items) do
    local k = key(v)
    if not groups[k] then
      groups[k] = {}
      order[#order + 1] = k
    end
    table.insert(groups[k], v)
  end
  return seq(order):map(function(k) return k .. "=" .. table.concat(groups[k], ",") end)
end
Seq.__tostring = function(s) return "<" .. table.concat(s.items, " ") .. ">" end

print(tostring(
  range(1, 12)
    :filter(function(n) return n % 3 ~= 0 end)
    :map(function(n) return n * n end)
    :filter(function(n) return n > 10 end)
))
print(range(1, 10):reduce(function(a, b) return a * b end, 1))
print(tostring(range(1, 9):group(function(n) return n % 2 == 0 and "even" or "odd" end)))
print(pcall(function()
  return range(1, 5):map(function(n) return n < 4 and n or n.field end)
end))

local function curry(f, n)
  local function take(args, left)
    if left == 0 then return f(table.unpack(args)) end
    return function(x)
      local copy = table.move(args, 1, #args, 1, {})
      copy[#copy + 1] = x
      return take(copy, left - 1)
    end
  end
  return take({}, n)
end
local add3 = curry(function(a, b, c) return a + b * c end, 3)
local partly = add3(1)
print(partly(2)(3), partly(10)(10))

local Y = function(f)
  return (function(x) return x(x) end)(function(x)
    return f(function(...) return x(x)(...) end)
  end)
end
print(Y(function(self) return function(n) return n == 0 and 1 or n * self(n - 1) end end)(6))

local zero = function(f) return function(x) return x end end
local function succ(n) return function(f) return function(x) return f(n(f)(x)) end end end
local function plus(m, n) return function(f) return function(x) return m(f)(n(f)(x)) end end end
local function toint(n) return n(function(x) return x + 1 end)(0) end
local two = succ(succ(zero))
return toint(plus(two, succ(two))), toint(zero)

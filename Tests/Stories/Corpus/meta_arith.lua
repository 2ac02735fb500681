-- arithmetic metamethods on a vector and a fraction class
local Vec = {}
Vec.__index = Vec
local function vec(x, y) return setmetatable({ x = x, y = y }, Vec) end
local function lift(v)
  if type(v) == "number" then return vec(v, v) end
  return v
end
Vec.__add = function(a, b) a, b = lift(a), lift(b); return vec(a.x + b.x, a.y + b.y) end
Vec.__sub = function(a, b) a, b = lift(a), lift(b); return vec(a.x - b.x, a.y - b.y) end
Vec.__mul = function(a, b) a, b = lift(a), lift(b); return vec(a.x * b.x, a.y * b.y) end
Vec.__div = function(a, b) a, b = lift(a), lift(b); return vec(a.x / b.x, a.y / b.y) end
Vec.__mod = function(a, b) a, b = lift(a), lift(b); return vec(a.x % b.x, a.y % b.y) end
Vec.__pow = function(a, n) return vec(a.x ^ n, a.y ^ n) end
Vec.__unm = function(a) return vec(-a.x, -a.y) end
Vec.__idiv = function(a, b) a, b = lift(a), lift(b); return vec(a.x // b.x, a.y // b.y) end
Vec.__tostring = function(a) return "(" .. a.x .. ", " .. a.y .. ")" end

local a, b = vec(7, 9), vec(2, 4)
print(a + b, a - b, a * b)
print(a / b, a // b, a % b)
print(-a, a ^ 2, 10 - a)
print((a + 1) * 2 - b // 2)

local function gcd(m, n)
  while n ~= 0 do
    m, n = n, m % n
  end
  return m
end
local Frac = {}
local function frac(n, d)
  if d == 0 then error("zero denominator", 2) end
  local g = gcd(n, d)
  return setmetatable({ n = n // g, d = d // g }, Frac)
end
Frac.__add = function(p, q) return frac(p.n * q.d + q.n * p.d, p.d * q.d) end
Frac.__mul = function(p, q) return frac(p.n * q.n, p.d * q.d) end
Frac.__div = function(p, q) return frac(p.n * q.d, p.d * q.n) end
Frac.__tostring = function(p) return ("%d/%d"):format(p.n, p.d) end

local sum = frac(0, 1)
for i = 1, 6 do
  sum = sum + frac(1, i)
end
print(sum, frac(2, 4) * frac(2, 3), frac(1, 2) / frac(1, 4))
print(pcall(frac, 1, 0))
print(pcall(function() return frac(1, 2) / frac(0, 1) end))
print(pcall(function() return frac(1, 2) + 1 end))
print(pcall(function() return frac(1, 2) - frac(1, 2) end))
return tostring(sum)

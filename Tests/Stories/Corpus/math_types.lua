-- math.type, tointeger, ult, floor, ceil, fmod, modf and friends, and limits
for _, v in ipairs { 1, 1.0, -0.0, 2 ^ 53, 1e308 * 10, "1", "x", math.maxinteger } do
  print(v, math.type(v), math.tointeger(v))
end
print(pcall(math.type))
print(math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"), math.tointeger({}), math.tointeger(2 ^ 63))
print(math.floor(2.5), math.floor(-2.5), math.floor(7), math.ceil(2.5), math.ceil(-2.5))
print(math.floor(1e100), math.ceil(-1e100), math.type(math.floor(2.0)))
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(-7.5, 2))
print(math.modf(3.7), math.modf(-3.7))
print(math.modf(5), math.modf(math.huge))
print(math.abs(-5), math.abs(-0.5), math.abs(math.mininteger))
print(math.max(1, 2.5, -1), math.min(3, 1, 2), math.max(1, 1.0), math.min(1.0, 1))
print(math.ult(1, 2), math.ult(-1, 2), math.ult(2, -1))
print(math.sqrt(16), math.exp(0), math.log(1), math.log(8, 2), math.log(1000, 10))
print(("%.6f %.6f %.6f"):format(math.pi, math.sin(1), math.atan(1, 2)))
print(math.maxinteger, math.mininteger, math.huge, -math.huge)
print(math.maxinteger // -1, math.mininteger % -1, pcall(math.fmod, 1, 0))

-- rounding helpers
local function round(x, places)
  local m = 10 ^ (places or 0)
  local r = math.floor(x * m + 0.5) / m
  return math.tointeger(r) or r
end
print(round(2.5), round(-2.5), round(3.14159, 2), round(1e15 + 0.3))

-- integer and float paths through the same function
local function mean(list)
  local sum = 0
  for _, v in ipairs(list) do sum = sum + v end
  return sum / #list, sum // #list, math.type(sum)
end
print(mean { 1, 2, 3, 4 })
print(mean { 1, 2.0, 3 })

-- a linear congruential generator in place of math.random
local function lcg(seed)
  return function(limit)
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed // 65536 % limit + 1
  end
end
local rnd, hist = lcg(42), { 0, 0, 0, 0, 0, 0 }
for i = 1, 120 do
  local d = rnd(6)
  hist[d] = hist[d] + 1
end
print(table.concat(hist, " "))

-- pi by a series until it stops changing in four places
local pi, sign, k, last = 0, 1, 0, nil
repeat
  last = pi
  pi = pi + sign * 4 / (2 * k + 1)
  sign, k = -sign, k + 1
until math.abs(pi - last) < 0.02
print(k, ("%.4f"):format((pi + last) / 2))
return math.type(k), math.type(pi)

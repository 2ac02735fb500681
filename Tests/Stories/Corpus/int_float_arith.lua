-- integer and float arithmetic: division, floor division, modulo by negatives, powers, wraparound
local cases = { { 7, 3 }, { -7, 3 }, { 7, -3 }, { -7, -3 }, { 7.5, 2 }, { -7.5, 2 }, { 7, -2.5 }, { 6, 3.0 } }
for _, c in ipairs(cases) do
  local a, b = c[1], c[2]
  print(a, b, a / b, a // b, a % b, (a // b) * b + a % b == a)
end

print(1 / 0, -1 / 0, 1 // 0.0, -1 // 0.0)
print(5 % math.huge, -5 % math.huge, 5 % -math.huge)
print(0.0 == -0.0, 1 / 0.0, 1 / -0.0)
local nan = 0 / 0
print(nan == nan, nan < nan, nan ~= nan)

print(3 + 0.0, 3 | 0, 10 / 2, 2 ^ 2, 7 // 2.0, 1e3)
print(2 ^ 0.5 == math.sqrt(2), 2 ^ -1, (-2) ^ 3, -2 ^ 2)
print(10 // 3 * 3 + 10 % 3, 2 ^ 3 ^ 2, -3 % 5, -(3 % 5))

-- wraparound
print(math.maxinteger + 1 == math.mininteger, math.mininteger - 1 == math.maxinteger)
print(math.maxinteger * 2, math.mininteger // -1, -math.mininteger)
print(math.maxinteger + 1.0 == 2 ^ 63, math.maxinteger // 1 | 0)

-- comparing integers with floats is exact
print(math.maxinteger < 2 ^ 63, math.maxinteger + 0.0 == math.maxinteger, 2 ^ 53 == 2 ^ 53 + 1)
print(1 == 1.0, math.type(1), math.type(1.0), "1" == 1)
print(9007199254740993 < 9007199254740992.0, 9007199254740993 == 9007199254740992.0)

-- as table keys
local t = { [1] = "int" }
t[1.0] = "float key"
t[2 ^ 53] = "big"
print(t[1], t[2 ^ 53 | 0], #t)

-- literals
print(0xff, 0xA.8p0, 0x.1p4, 1e-2, 3., .5, 0x7fffffffffffffff, 1E+2)
print(9223372036854775807, 9223372036854775808, -9223372036854775808)

local function isqrt(n)
  local x = n
  local y = (x + 1) // 2
  while y < x do
    x = y
    y = (x + n // x) // 2
  end
  return x
end
print(isqrt(0), isqrt(1), isqrt(99), isqrt(100), isqrt(10 ^ 10 | 0))
local h = 0
for i = 1, 10 do h = h * 31 + i * 0x9E3779B9 end
print(h, h % 1000, h & 0xFFFF)
return isqrt(144), 7 // 2

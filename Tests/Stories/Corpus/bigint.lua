-- arbitrary precision integers by digit arrays: addition, multiplication, factorial, powers, compare
local BASE = 10000
local Big = {}
Big.__index = Big

local function big(v)
  if getmetatable(v) == Big then return v end
  local digits, text = {}, tostring(v)
  if not text:find("^%d+$") then error("not a natural number: " .. text, 2) end
  for to = #text, 1, -4 do
    digits[#digits + 1] = tonumber(text:sub(math.max(1, to - 3), to))
  end
  while #digits > 1 and digits[#digits] == 0 do digits[#digits] = nil end
  return setmetatable(digits, Big)
end

function Big.__add(a, b)
  a, b = big(a), big(b)
  local r, carry = {}, 0
  for i = 1, math.max(#a, #b) do
    local s = (a[i] or 0) + (b[i] or 0) + carry
    r[i] = s % BASE
    carry = s // BASE
  end
  if carry > 0 then r[#r + 1] = carry end
  return setmetatable(r, Big)
end

function Big.__mul(a, b)
  a, b = big(a), big(b)
  local r = {}
  for i = 1, #a + #b do r[i] = 0 end
  for i = 1, #a do
    local carry = 0
    for j = 1, #b do
      local s = r[i + j - 1] + a[i] * b[j] + carry
      r[i + j - 1], carry = s % BASE, s // BASE
    end
    r[i + #b] = r[i + #b] + carry
  end
  while #r > 1 and r[#r] == 0 do r[#r] = nil end
  return setmetatable(r, Big)
end

function Big.__lt(a, b)
  a, b = big(a), big(b)
  if #a ~= #b then return #a < #b end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then return a[i] < b[i] end
  end
  return false
end
function Big.__eq(a, b) return not (a < b) and not (b < a) end
function Big.__concat(a, b) return tostring(a) .. tostring(b) end
function Big.__tostring(a)
  local parts = { tostring(a[#a]) }
  for i = #a - 1, 1, -1 do parts[#parts + 1] = ("%04d"):format(a[i]) end
  return table.concat(parts)
end
function Big.__pow(a, n)
  if n == 0 then return big(1) end
  local half = a ^ (n // 2)
  if n % 2 == 0 then return half * half end
  return half * half * a
end

local f = big(1)
for i = 2, 25 do f = f * i end
print("25! = " .. f)
print(tostring(big("99999999999999999999") + 1), tostring(big(2) ^ 100))
print(big(5) < big(7), big("10000") < 9999, big(12) == big("0012"), big(3) <= big(3))
print(pcall(big, -5))
print(pcall(function() return big(1) + 1.5 end))
return tostring(f), #f

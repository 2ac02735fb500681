-- non-tail recursion many levels deep, on one line and over several, with mutual recursion
local function down(n) if n == 0 then return 0 end return 1 + down(n - 1) end
print(down(3000))

local isodd
local function iseven(n)
  if n == 0 then return true end
  return not not isodd(n - 1)
end
function isodd(n)
  if n == 0 then return false end
  return not not iseven(n - 1)
end
print(iseven(300), iseven(301))

-- an error thrown from far below is caught at the top at once
local function dive(n) if n == 0 then error("bottom reached") end dive(n - 1) return n end
local ok, err = pcall(dive, 1000)
print(ok, err)

-- and caught half way
local function half(n)
  if n == 50 then
    return "half way: " .. tostring(select(2, pcall(half, n - 1)))
  elseif n == 0 then
    error("at zero", 0)
  end
  local r = half(n - 1)
  return r
end
print(half(100))

-- Ackermann grows the stack in bursts
local deepest, level = 0, 0
local function ack(m, n)
  level = level + 1
  if level > deepest then deepest = level end
  local r
  if m == 0 then
    r = n + 1
  elseif n == 0 then
    r = ack(m - 1, 1)
  else
    r = ack(m - 1, ack(m, n - 1))
  end
  level = level - 1
  return r
end
print(ack(2, 3), deepest, level)

-- depth measured through the debug library
local function depth_at(n)
  if n > 0 then
    local d = depth_at(n - 1)
    return d
  end
  local d = 0
  while debug.getinfo(d + 1, "l") do d = d + 1 end
  return d
end
print(depth_at(60) - depth_at(10))

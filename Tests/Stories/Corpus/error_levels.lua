-- error levels 0, 1, 2, 3 and beyond, through tail calls, C functions and main
local function level(n)
  error("level " .. n, n)
end

local function caller(n)
  level(n)
  return "unreachable"
end

local function grand(n)
  caller(n)
  return "unreachable"
end

for n = 0, 4 do
  local ok, err = pcall(function()
    grand(n)
    return n
  end)
  print(n, ok, err)
end

-- levels past the C boundary give no position
print(pcall(level, 2))
print(pcall(level, 50))
print(pcall(level, -1))

-- a tail call loses the caller
local function tailcaller(n) return level(n) end
local function notail(n)
  local r = tailcaller(n)
  return r
end
for n = 1, 3 do
  print("tail", n, select(2, pcall(notail, n)))
end

-- level 2 used to blame the caller for a bad argument
local function checked_sqrt(x)
  if type(x) ~= "number" then
    error("number expected, got " .. type(x), 2)
  elseif x < 0 then
    error("negative", 2)
  end
  return x ^ 0.5
end
local inputs = { 16, -1, "x" }
for i = 1, #inputs do
  print(i, pcall(function()
    return checked_sqrt(inputs[i])
  end))
end
print(pcall(function()
  local a = checked_sqrt(4)
  local b = checked_sqrt(
    "multi"
  )
  return a + b
end))

-- level with non-strings changes nothing
print(pcall(error, 7, 2))
print(select(2, pcall(error, { 1 }, 2))[1])
return pcall(error, "done", 0)

-- xpcall with debug.traceback, printed whole or up to the frame of interest
local function inner(n)
  local t = nil
  if n > 0 then
    return (inner(n - 1))
  end
  return t.field
end

local function outer(n)
  local r = inner(n)
  return r
end

local ok, trace = xpcall(outer, debug.traceback, 2)
print(ok)
print(trace)

-- through sort and gsub
local function compare(a, b)
  if a == 2 then
    error("two is bad")
  end
  return a < b
end
local _, t2 = xpcall(function()
  table.sort({ 3, 2, 1 }, compare)
end, debug.traceback)
print(t2)

local _, t3 = xpcall(function()
  return (("x"):gsub("x", function()
    local obj = setmetatable({}, { __add = function(a, b)
      error("no addition", 0)
    end })
    return obj + 1
  end))
end, debug.traceback)
print(t3)

-- a handler that adds its own level and trims
local function handler(m)
  local tb = debug.traceback("E: " .. tostring(m), 2)
  return (tb:gsub("\n[^\n]*%[C%]: in function 'xpcall'.*", ""))
end
print(select(2, xpcall(outer, handler, 0)))

-- non-string messages are returned as they are
local obj = {}
print(select(2, xpcall(error, debug.traceback, obj)) == obj)
print(select(2, xpcall(error, debug.traceback, nil)))
print((select(2, xpcall(error, debug.traceback, 12)):match("^[^\n]*")))

-- global and method names
local Account = {}
Account.__index = Account
function Account:withdraw(n)
  if n > self.balance then error("insufficient funds") end
  self.balance = self.balance - n
end
function transfer(from, n)
  from:withdraw(n)
  return true
end
local acc = setmetatable({ balance = 10 }, Account)
print(select(2, xpcall(function() local r = transfer(acc, 11) return r end, handler)))
transfer = nil
return ok

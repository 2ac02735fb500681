-- Lua stack overflow from few but very wide frames, caught and matched by string.find
local wide = {}
for i = 1, 2000 do wide[i] = i end

local depth = 0
local function fat(...)
  depth = depth + 1
  return 1 + fat(...)
end

local ok, err = pcall(fat, table.unpack(wide))
print(ok, type(err), err:find("stack overflow", 1, true) ~= nil)
print("position first", err:find("^recursion_stack_overflow%.lua:%d+:") ~= nil)
print("went deep", depth > 50, depth < 10000)

-- the stack can be used again afterwards, and overflow again
for round = 1, 2 do
  depth = 0
  local again, message = pcall(fat, table.unpack(wide))
  print(round, again, message:find("overflow") ~= nil, depth > 50)
end

-- inside a coroutine, which has its own stack
local co = coroutine.create(fat)
local fine, why = coroutine.resume(co, table.unpack(wide))
print(fine, why:find("stack overflow", 1, true) ~= nil, coroutine.status(co))

-- metamethods with wide frames, which need C frames as well
local mt = {}
mt.__call = function(self, ...)
  depth = depth + 1
  return 1 + self(...)
end
depth = 0
local called, text2 = pcall(setmetatable({}, mt), table.unpack(wide))
print(called, text2:find("stack overflow", 1, true) ~= nil, depth > 20)

-- limits that are told at once
print(pcall(string.rep, "x", 1 << 60))
print(pcall(table.unpack, {}, 1, 1e8))
print(pcall(select, -1))

-- a handler sees the overflow and gets to say something about it
local handled = 0
local good, text = xpcall(fat, function(m)
  handled = handled + 1
  return "handled: " .. (m:find("overflow") and "overflow" or m)
end, table.unpack(wide))
print(good, text, handled)
return ok

-- coroutine.running, isyieldable and status in every state
local main, ismain = coroutine.running()
print(type(main), ismain)
print("status of main", coroutine.status(main))

local states = {}
local function look(label, co)
  states[#states + 1] = label .. "=" .. coroutine.status(co)
end

local a, b
a = coroutine.create(function()
  look("a in a", a)
  local me, m = coroutine.running()
  print("is a", me == a, m, coroutine.isyieldable())
  coroutine.resume(b)
  look("b after", b)
  coroutine.yield()
  look("a resumed", a)
end)
b = coroutine.create(function()
  look("a in b", a)
  look("b in b", b)
  look("main in b", main)
  coroutine.yield()
end)
look("a fresh", a)
look("b fresh", b)
coroutine.resume(a)
look("a yielded", a)
coroutine.resume(a)
look("a finished", a)
coroutine.resume(b)
look("b finished", b)
for _, s in ipairs(states) do print(s) end

-- isyieldable in places where a yield is not possible
local co = coroutine.wrap(function()
  local r = { tostring(coroutine.isyieldable()) }
  table.sort({ 2, 1 }, function(x, y)
    r[#r + 1] = "sort " .. tostring(coroutine.isyieldable())
    return x < y
  end)
  pcall(function() r[#r + 1] = "pcall " .. tostring(coroutine.isyieldable()) end)
  local mt = setmetatable({}, { __index = function() return coroutine.isyieldable() end })
  r[#r + 1] = "index " .. tostring(mt.x)
  for k in (function() r[#r + 1] = "iterator " .. tostring(coroutine.isyieldable()) end) do end
  return table.concat(r, ", ")
end)
print(co())
print("main yieldable", coroutine.isyieldable())
print(pcall(coroutine.yield, 1))
print(pcall(coroutine.status, nil))
return coroutine.status(a), coroutine.status(b)

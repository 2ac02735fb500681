-- explicit collections in loops, coroutines and callbacks, and queries that are safe to print
local finalized = 0
local mt = { __gc = function() finalized = finalized + 1 end }

local function make(n)
  local t = {}
  for i = 1, n do t[i] = setmetatable({}, mt) end
  return #t
end

print(make(10))
collectgarbage()
collectgarbage()
print("finalized", finalized)

-- collected inside a coroutine
local co = coroutine.wrap(function()
  make(5)
  coroutine.yield("made")
  collectgarbage()
  return "collected"
end)
print(co(), co())
collectgarbage()
print("finalized", finalized)

-- an abandoned coroutine lets go of its locals
do
  local abandoned = coroutine.wrap(function()
    local o = setmetatable({}, mt)
    coroutine.yield()
    return o
  end)
  abandoned()
  abandoned = nil
end
collectgarbage()
collectgarbage()
print("finalized", finalized)

-- collected from within sort and gsub
local text = ("a b c"):gsub("%a", function(c)
  collectgarbage()
  return c .. c
end)
local list = { 3, 1, 2 }
table.sort(list, function(a, b)
  collectgarbage("step")
  return a < b
end)
print(text, table.concat(list))

-- this one is still alive at the end: its finalizer runs later, and says nothing
local survivor = setmetatable({}, { __gc = function(o) o.finalized = true end })
collectgarbage()
print("survivor", survivor.finalized)

print(type(collectgarbage("count")), math.type(collectgarbage("count")))
print(collectgarbage())
local pause = collectgarbage("setpause", 150)
local restored = collectgarbage("setpause", pause)
print("pause", restored)
print(pcall(collectgarbage, "bogus"))

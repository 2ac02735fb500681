-- errors inside coroutines as seen by resume and wrap, with all kinds of error values
local function report(label, ok, ...)
  local v = ...
  if type(v) == "table" then v = "table:" .. tostring(v.code) end
  if type(v) == "function" then v = "function:" .. v() end
  print(label, ok, v, select("#", ...))
end

local kinds = {
  function() error("string") end,
  function() error("no position", 0) end,
  function() error({ code = 7 }) end,
  function() error(nil) end,
  function() error(12) end,
  function() error(true) end,
  function() error(function() return "thrown" end) end,
  function() local t = nil; return t.x end,
  function() return 1 + {} end,
}
for i, f in ipairs(kinds) do
  local co = coroutine.create(f)
  report("resume " .. i, coroutine.resume(co))
  report("wrap " .. i, pcall(coroutine.wrap(f)))
  if coroutine.status(co) ~= "dead" then print("alive?") end
end

-- resuming the dead, the running, and the normal
local dead = coroutine.create(function() end)
coroutine.resume(dead)
print(coroutine.resume(dead))
local failed = coroutine.wrap(function() error("first", 0) end)
print(pcall(failed))
print(pcall(failed))

local self
self = coroutine.create(function()
  print("self", coroutine.resume(self))
  local inner = coroutine.create(function()
    print("outer from inner", coroutine.status(self), coroutine.resume(self))
  end)
  coroutine.resume(inner)
end)
coroutine.resume(self)

-- an error after some yields
local co = coroutine.create(function(a)
  for i = 1, 3 do
    a = a + coroutine.yield(a)
  end
end)
print(coroutine.resume(co, 1))
print(coroutine.resume(co, 2))
print(coroutine.resume(co, "x"))
print(coroutine.resume(co, 1))
print(pcall(coroutine.resume, 5))
print(pcall(coroutine.wrap, "not a function"))

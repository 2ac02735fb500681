-- finalizers that use coroutines, that try to yield, and collections started from coroutines
collectgarbage("stop")
local log = {}
local function finalize(f)
  local o = setmetatable({}, { __gc = f })
  o = nil
end
local function collect() return pcall(collectgarbage) end
local function wipe(...) return select("#", ...) end

finalize(function()
  local gen = coroutine.wrap(function()
    for i = 1, 3 do coroutine.yield(i) end
  end)
  log[#log + 1] = gen() + gen() + gen()
end)
wipe(1, 2, 3, 4, 5, 6, 7, 8)
print(collect())
print("generated", table.concat(log, " "))

-- a finalizer cannot yield, not even when the collection is started in a coroutine
finalize(function() coroutine.yield("from finalizer") end)
wipe(1, 2, 3, 4, 5, 6, 7, 8)
local co = coroutine.create(function()
  return collect()
end)
print(coroutine.resume(co))
print(coroutine.status(co))

-- who is running, and is it yieldable
local seen
finalize(function()
  local running, main = coroutine.running()
  seen = { main, coroutine.isyieldable() }
end)
wipe(1, 2, 3, 4, 5, 6, 7, 8)
coroutine.wrap(collect)()
print("running", seen[1], seen[2])

-- the traceback of a finalizer, and its name
local text, name
finalize(function()
  local info = debug.getinfo(1, "n")
  name = tostring(info.name) .. "/" .. info.namewhat
  text = debug.traceback("in finalizer")
end)
wipe(1, 2, 3, 4, 5, 6, 7, 8)
local function named_collect()
  local r = collectgarbage()
  return r
end
named_collect()
print(name)
print((text:gsub("\n[^\n]*in main chunk.*", "\n\t(main)")))

-- a collection inside a finalizer
local order = {}
finalize(function()
  order[#order + 1] = "outer begins"
  finalize(function() order[#order + 1] = "inner" end)
  wipe(1, 2, 3, 4, 5, 6, 7, 8)
  collectgarbage()
  order[#order + 1] = "outer ends"
end)
wipe(1, 2, 3, 4, 5, 6, 7, 8)
collectgarbage()
collectgarbage()
print(table.concat(order, ", "))
collectgarbage("restart")

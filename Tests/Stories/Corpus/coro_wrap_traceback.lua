-- errors rethrown by wrap, and tracebacks of suspended and dead coroutines
local function deeper(n)
  if n == 0 then
    coroutine.yield("suspended")
    error("deep trouble")
  end
  deeper(n - 1)
  return n
end

local co = coroutine.create(function()
  deeper(2)
end)
print(coroutine.resume(co))
print(debug.traceback(co))
print(debug.traceback(co, "with a message"))
print(debug.traceback(co, nil, 1))
print(debug.traceback(co, "from level 2", 2))
print(coroutine.resume(co))
-- the stack of the dead coroutine is still there to be seen
print(debug.traceback(co))
print(coroutine.status(co))

-- wrap adds a position of its own to string errors
local w = coroutine.wrap(function()
  local ok, err = pcall(deeper, 0)
  print("caught inside", ok, err)
  error("uncaught inside")
end)
print(w())
print(pcall(w))

local function outer()
  local inner = coroutine.wrap(function()
    local innermost = coroutine.wrap(function()
      error("bottom")
    end)
    innermost()
  end)
  inner()
end
print(pcall(outer))

-- a table error passes through untouched
local thrown = { 1 }
local t = coroutine.wrap(function() error(thrown) end)
local ok, err = pcall(t)
print(ok, err == thrown)

-- a finished coroutine has no frames left
local done = coroutine.create(function() return 1 end)
coroutine.resume(done)
print(debug.traceback(done, "finished"))
print(debug.traceback(coroutine.create(print), "not started"))

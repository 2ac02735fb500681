-- hooks belong to one coroutine: set inside, set from outside, and yielding in between
local function body(tag)
  local x = tag .. "1"
  coroutine.yield(x)
  x = tag .. "2"
  coroutine.yield(x)
  return tag .. "3"
end

local function counter()
  local n = 0
  return function(event, line)
    n = n + 1
  end, function() return n end
end

-- set for a coroutine from outside
local hook, count = counter()
local co = coroutine.create(body)
debug.sethook(co, hook, "l")
for i = 1, 4 do
  print(i, select("#", coroutine.resume(co, "a")), count(), coroutine.status(co))
end
print(debug.gethook(co) == hook, select(2, debug.gethook(co)))
print("main has", debug.gethook())

-- set inside: the main thread is not affected
local inner, innercount = counter()
local w = coroutine.wrap(function()
  debug.sethook(inner, "l")
  local a = 1
  coroutine.yield(a)
  local b = 2
  return b
end)
w()
local before = innercount()
local unrelated = 0
for i = 1, 10 do
  unrelated = unrelated + i
end
print("unchanged", before == innercount(), unrelated)
w()
print("inside", innercount())

-- a hook of the main thread does not see lines of a coroutine made before
local lines = {}
local made_before = coroutine.create(body)
debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
coroutine.resume(made_before, "b")
local made_after = coroutine.create(body)
coroutine.resume(made_after, "c")
debug.sethook()
local first, last = lines[1], lines[#lines]
print(#lines, first, last)
print("after", debug.gethook(made_after))
print("before", debug.gethook(made_before))

-- an error from the hook of a coroutine kills it
local doomed = coroutine.create(body)
debug.sethook(doomed, function(_, line) if line == 5 then error("killed on line 5") end end, "l")
print(coroutine.resume(doomed, "d"))
print(coroutine.resume(doomed))
print(coroutine.status(doomed))

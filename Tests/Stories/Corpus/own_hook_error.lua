-- hooks that raise errors: caught by pcall, in loops, as timeouts, with tables, from line and call hooks
-- set, call and removal share a line, so that no line event falls outside of pcall
local function with_hook(hook, mask, f, ...)
  debug.sethook(hook, mask) local results = table.pack(pcall(f, ...)) debug.sethook()
  return table.unpack(results, 1, results.n)
end

local function body(n)
  local sum = 0
  for i = 1, n do
    sum = sum + i
  end
  return sum
end

print(with_hook(function(event, line)
  error("from the line hook", 0)
end, "l", body, 3))

local seen = 0
print(with_hook(function(event, line)
  seen = seen + 1
  if seen == 5 then
    error("fifth line event")
  end
end, "l", body, 10))
print("seen", seen)

-- error level 2 points at the line that was about to run
print(with_hook(function(event, line)
  if line == 11 then
    error("stopped here", 2)
  end
end, "l", body, 3))

-- the hook is still set after an error went through it
local times = 0
debug.sethook(function()
  times = times + 1
  if times == 2 or times == 6 then error({ times = times }) end
end, "l")
local ok1, err1 = pcall(body, 5)
local ok2, err2 = pcall(body, 5)
debug.sethook()
print(ok1, type(err1), err1.times, ok2, type(err2), type(err2) == "table" and err2.times)

-- an error in a call hook keeps the function from running
local ran = false
local function forbidden()
  ran = true
end
print(with_hook(function(event)
  if debug.getinfo(2, "f").func == forbidden then
    error("call forbidden", 0)
  end
end, "c", function()
  local ok, err = pcall(function() forbidden() end)
  return ok, err, ran
end))

-- an error in a return hook replaces the result
print(with_hook(function(event)
  if debug.getinfo(2, "f").func == body then error("no return", 0) end
end, "r", body, 2))

-- the failing hook caught by xpcall with a traceback
local function tracer() debug.sethook(); error("traced") end
local ok, tb
debug.sethook(tracer, "l") ok, tb = xpcall(body, debug.traceback, 1)
print(ok)
print((tb:gsub("\n[^\n]*%[C%]: in function 'xpcall'.*", "")))

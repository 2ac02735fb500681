-- debug.traceback at several levels, with messages of several types, and inside coroutines
local function cut(t)
  return (t:gsub("\n[^\n]*in main chunk.*", "\n\t(main)"))
end

local function c(level)
  return debug.traceback("level " .. level, level)
end
local function b(level)
  local t = c(level)
  return t
end
local function a(level)
  local t = b(level)
  return t
end
for level = 0, 4 do
  print(cut(a(level)))
end

-- messages
print(cut(debug.traceback()))
print(cut(debug.traceback(nil)))
print(cut(debug.traceback(12)))
print(debug.traceback({}) ~= nil, debug.traceback(true), debug.traceback(next) == next)
print(cut(debug.traceback("multi\nline")))

-- inside a coroutine only its own frames are seen
local co = coroutine.create(function(x)
  local function inner()
    local t = debug.traceback("in coroutine")
    coroutine.yield(t)
    error("after")
  end
  inner()
end)
print(select(2, coroutine.resume(co)))
print(debug.traceback(co, "suspended"))
print(coroutine.resume(co))
print(debug.traceback(co, "dead"))

-- one coroutine looks at the other that resumed it
local outer
outer = coroutine.create(function()
  local inner = coroutine.wrap(function()
    return debug.traceback(outer, "outer from inside", 0)
  end)
  return inner()
end)
print(select(2, coroutine.resume(outer)))

-- through metamethods, iterators, methods and tail calls
local obj = setmetatable({}, {
  __index = function(t, k) local s = debug.traceback(k) return s end,
})
print(cut(obj.field))
function obj:method() local s = debug.traceback("method") return s end
print(cut(obj:method()))
for t in function(_, n) if not n then local s = debug.traceback("iter") return s end end do print(cut(t)) end
local function tailed() return a(1) end
print(cut(tailed()))

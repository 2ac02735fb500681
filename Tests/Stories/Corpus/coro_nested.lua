-- coroutines in coroutines in coroutines, each yielding to its own resumer
local trace = {}
local function say(...)
  trace[#trace + 1] = table.concat({ ... }, "")
end

local function layer(name, depth)
  return coroutine.wrap(function(input)
    say(name, " starts with ", input)
    local inner = depth > 1 and layer(name .. ".", depth - 1)
    for i = 1, 2 do
      local value = i
      if inner then
        value = inner(input .. i) or "-"
      end
      input = coroutine.yield(name .. "[" .. value .. "]")
      say(name, " got ", input)
    end
    return name .. " done"
  end)
end

local outer = layer("L", 4)
print(outer("a"))
print(outer("b"))
print(outer("c"))
print(pcall(outer, "d"))
for i, t in ipairs(trace) do
  print(i, t)
end

-- the depth of nested resumes, built by recursion
local function descend(n)
  if n == 0 then
    local co, main = coroutine.running()
    return main and "main" or "bottom", coroutine.isyieldable()
  end
  local co = coroutine.create(descend)
  return select(2, coroutine.resume(co, n - 1))
end
print(descend(0))
print(descend(20))

-- a coroutine resuming a sibling made by another
local first, second
first = coroutine.create(function()
  second = coroutine.create(function(x)
    local y = coroutine.yield(x + 1)
    return y * 2
  end)
  print("first sees", coroutine.resume(second, 10))
  coroutine.yield()
  print("first again", coroutine.status(second))
end)
coroutine.resume(first)
print("main sees", coroutine.resume(second, 21))
coroutine.resume(first)
print(coroutine.status(first), coroutine.status(second))

-- debug.getlocal and setlocal on frames of one's own: temporaries, varargs, scopes, parameters
local function locals(level)
  local out, i = {}, 1
  while true do
    local name, value = debug.getlocal(level + 1, i)
    if not name then break end
    if name:sub(1, 1) ~= "(" then
      out[#out + 1] = name .. "=" .. (type(value) == "function" and "fn" or tostring(value))
    end
    i = i + 1
  end
  return table.concat(out, " ")
end

local function scopes(a, b)
  local c = a + b
  print(locals(1))
  do
    local a = "inner"
    local d = true
    print(locals(1))
  end
  for i = 1, 2 do
    local sq = i * i
    print(locals(1))
  end
  for k, v in ipairs { "x" } do print(locals(1)) end
end
scopes(1, 2)

-- varargs by negative index
local function variadic(first, ...)
  local out = {}
  for i = 1, 10 do
    local name, value = debug.getlocal(1, -i)
    if not name then break end
    out[#out + 1] = name .. tostring(value)
  end
  print(#out, table.concat(out, " "))
  print(debug.setlocal(1, -1, "changed"), (...))
end
variadic("f", "v1", nil, "v3")

-- setlocal
local function target()
  local x, y = 1, 2
  local name = debug.setlocal(1, 1, "patched")
  print(name, x, y)
  local function helper(value)
    return debug.setlocal(2, 2, value)
  end
  print(helper("from below"), x, y)
  return x, y
end
print(target())
print(debug.setlocal(1, 500, 1))

-- parameter names of functions that do not run
local function params(f)
  local names = {}
  for i = 1, 10 do
    local n = debug.getlocal(f, i)
    if not n then break end
    names[i] = n
  end
  return table.concat(names, ",")
end
print(params(scopes), params(variadic), params(next) == "", params(function(_, self, ...) end))

-- locals of a suspended coroutine, changed before it goes on
local co = coroutine.create(function(p)
  local q = p * 2
  coroutine.yield()
  return p, q
end)
coroutine.resume(co, 21)
print(debug.getlocal(co, 1, 1), select(2, debug.getlocal(co, 1, 2)))
print(debug.setlocal(co, 1, 2, "swapped"), coroutine.resume(co))
print(pcall(debug.getlocal, co, 1, 1))

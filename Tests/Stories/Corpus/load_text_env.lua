-- load from strings with chunk names, modes, environments and arguments
local f = load("return 1 + 1")
print(f(), select("#", f()))
print(load("return ...", "=args")(1, nil, 3))

-- each load makes a new function with its own _ENV upvalue
local env = { print = print, x = 5 }
local g = load("x = x + 1; y = x * 2; return x, y", "=env", "t", env)
print(g())
print(g())
print(env.x, env.y, x, y)

local sandbox = setmetatable({}, { __index = function(_, k) return "global:" .. k end })
print(load("return a, b, print", "=sandbox", "t", sandbox)())

-- chunk names in messages
for _, name in ipairs { "=named", "@file.lua", "text of the chunk", "=" .. ("long"):rep(30) } do
  local h = load("error('boom')", name)
  print(select(2, pcall(h)))
end
print(select(2, pcall(load("\n\nlocal t = nil\nreturn t.x"))))
print(select(2, pcall(load("error('in')", "first line\nsecond line"))))

-- modes
print(load("return 1", "=mode", "b"))
local dumped = string.dump(load("return 'from binary', ..."))
print(load(dumped, "=bin", "t"))
print(load(dumped, "=bin", "b")("arg"))

-- a dumped function loses its upvalues
local counter = 10
local function uses() counter = counter + 1 return counter end
local copy = load(string.dump(uses), "=copy", "b")
print(pcall(copy))
debug.setupvalue(copy, 1, 100)
print(copy(), uses())

-- stripped: no line numbers, no names
local stripped = load(string.dump(load("local t = ... ; return t.a.b", "=s"), true), "=stripped", "b")
print(pcall(stripped, {}))
print(debug.getinfo(stripped, "S").short_src, debug.getinfo(stripped, "l").currentline)

-- generate functions in a loop
local ops = {}
for _, op in ipairs { "+", "-", "*", "//", "%" } do
  ops[#ops + 1] = load("local a, b = ...\nreturn a " .. op .. " b", "=op" .. op)
end
for _, op in ipairs(ops) do
  print(op(17, 5), debug.getinfo(op, "S").short_src)
end

-- definitions by a chunk, called later
local module = {}
load([[
  function double(x)
    return x * 2
  end
  function quadruple(x)
    return double(double(x))
  end
]], "=module", "t", module)()
print(module.quadruple(5))
return f()

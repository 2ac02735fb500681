-- debug.getinfo: names, kinds, lines, parameters, tail calls, for functions and for levels
local function show(label, info)
  print(label, info.what, info.short_src, info.linedefined, info.lastlinedefined,
    info.nparams, info.isvararg, info.nups)
end

local up = 1
local function none() return up end
local function two(a, b) return a, b, up end
local function var(a, ...) return a, ... end
function global_function() end
local object = {}
function object:method(x) return self, x end
show("none", debug.getinfo(none))
show("two", debug.getinfo(two))
show("var", debug.getinfo(var))
show("global", debug.getinfo(global_function))
show("method", debug.getinfo(object.method))
show("C", debug.getinfo(string.rep))
show("main", debug.getinfo(1))
global_function = nil

-- the level gives names and the current line
local function whoami()
  local info = debug.getinfo(2, "nlt")
  return tostring(info.name) .. "/" .. info.namewhat .. "/" .. info.currentline .. "/" .. tostring(info.istailcall)
end
local function named() local r = whoami() return r end
function object.field() local r = whoami() return r end
function object:meth() local r = whoami() return r end
glob = function() local r = whoami() return r end
local function tail() return named() end
print(named())
print(object.field())
print(object:meth())
print(glob())
print(tail())
glob = nil
print((function() local r = whoami() return r end)())

local mt = {}
for _, ev in ipairs { "__add", "__index", "__concat", "__eq", "__len", "__unm", "__newindex", "__lt" } do
  mt[ev] = function() object.last = whoami() return ev end
end
local function metas(x, y)
  local _ = x + 1; print(object.last)
  _ = x.y; print(object.last)
  _ = x .. y; print(object.last)
  _ = x == y; print(object.last)
  _ = #x; print(object.last)
  _ = -x; print(object.last)
  x.z = 1; print(object.last)
  _ = x < y; print(object.last)
end
metas(setmetatable({}, mt), setmetatable({}, mt))
for v in function(_, c) if not c then print(whoami()) return 1 end end do end
print(pcall(whoami))
local sorted = {}
table.sort({ 1, 2 }, function(a, b) sorted[1] = whoami() return a < b end)
print(sorted[1])

-- levels out of range, bad options, func and the level of getinfo itself
print(debug.getinfo(1000), debug.getinfo(1, "f").func ~= nil, debug.getinfo(0, "n").name)
print(pcall(debug.getinfo, 1, "X"))
print(pcall(debug.getinfo, "x"))
print(debug.getinfo(next).currentline, debug.getinfo(1, "l").currentline)
local f = load("local a\nlocal b = 1\nreturn function(c) return b, c end", "=loaded")
show("loaded", debug.getinfo(f))
show("inner", debug.getinfo(f()))
print(debug.getinfo(f, "S").source, debug.getinfo(1, "S").source)

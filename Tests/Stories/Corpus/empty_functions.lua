-- empty functions, empty loops, empty blocks, functions with only comments or locals
local function empty() end
local function commented()
  -- only a comment
end
local function multi()


end
local function declared() local a, b, c end
local function semicolons() ;;; end
local function block() do end do do end end end
local function returning() return end
local function parameters(a, b, ...) end

for i, f in ipairs { empty, commented, multi, declared, semicolons, block, returning, parameters } do
  local info = debug.getinfo(f, "Su")
  local lines = {}
  for l in pairs(debug.getinfo(f, "L").activelines) do
    lines[#lines + 1] = l - info.linedefined
  end
  table.sort(lines)
  print(i, select("#", f()), info.nparams, info.isvararg, info.lastlinedefined - info.linedefined,
    table.concat(lines, ","))
end

for i = 1, 3 do end
for _ in pairs({ 1, 2 }) do end
while false do end
repeat until true
do end
if true then end
if false then else end
if nil then elseif true then else print("never") end

local n = 0
local function bump() n = n + 1 return n > 3 end
repeat until bump()
while not bump() do end
for _ = 1, 2 do bump() end
print(n)

-- calls of nothing, one after another
empty() empty()
empty()
print((empty()), #{ empty() }, #{ empty(), 1 }, tostring(empty()  == nil))
print(pcall(tostring, empty()))
print(empty() or "default", not empty())

-- an empty coroutine, chunk, metamethod and callback
print(coroutine.resume(coroutine.create(empty)))
print(load("")(), select("#", load("-- nothing")()))
print(setmetatable({}, { __index = empty }).x, -setmetatable({}, { __unm = empty }))
print(("abc"):gsub("b", empty))
print(pcall(empty), xpcall(empty, empty), pcall(error, nil))
return

-- debug.getupvalue, setupvalue, upvalueid and upvaluejoin on shared and private upvalues
local shared = "shared"
local function make(private)
  local both = 0
  local function reader() return private, both, shared end
  local function writer(v)
    both = v
    private = v
  end
  return reader, writer
end

local function ups(f)
  local names = {}
  for i = 1, 10 do
    local name, value = debug.getupvalue(f, i)
    if not name then break end
    names[i] = name .. "=" .. (type(value) == "table" and "{}" or tostring(value))
  end
  return table.concat(names, " ")
end

local r1, w1 = make("p1")
local r2, w2 = make("p2")
print(ups(r1))
print(ups(w1))
print(ups(make))

print(debug.setupvalue(r1, 1, "patched"), r1())
print(debug.setupvalue(r1, 99, "nothing"))
w1("written")
print(r1())

-- identity
print(debug.upvalueid(r1, 1) == debug.upvalueid(w1, 2), debug.upvalueid(r1, 2) == debug.upvalueid(w1, 1))
print(debug.upvalueid(r1, 1) == debug.upvalueid(r2, 1), debug.upvalueid(r1, 3) == debug.upvalueid(r2, 3))

-- joining makes r2 look at the variables of w1
debug.upvaluejoin(r2, 1, r1, 1)
w1("through join")
print(r2())
w2("own pair only")
print(r2())
print(pcall(debug.upvaluejoin, r2, 9, r1, 1))
print(pcall(debug.upvaluejoin, next, 1, r1, 1))

-- C functions have unnamed upvalues
local gm = string.gmatch("abc", ".")
print(debug.getupvalue(gm, 1) == "", debug.getupvalue(next, 1))

-- counting calls by patching an upvalue
local calls = 0
local helper = function(x) return x * 2 end
local function user(n)
  local sum = 0
  for i = 1, n do sum = sum + helper(i) end
  return sum
end
for i = 1, 5 do
  if debug.getupvalue(user, i) == "helper" then
    local original = helper
    debug.setupvalue(user, i, function(x) calls = calls + 1 return original(x) end)
    break
  end
end
print(user(4), calls)

-- the upvalue of a running loop
local f
for i = 1, 3 do
  f = f or function() return i end
  if i == 1 then debug.setupvalue(f, 1, "replaced") end
  if i == "replaced" then print("seen in the loop", i, f()) end
end
print(f())

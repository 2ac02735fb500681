-- call, tail call and return hooks that draw the tree of calls
local out, depth = {}, 0
local function hook(event)
  local info = debug.getinfo(2, "nS")
  local name = info.name or (info.what == "main" and "main chunk") or "?"
  if info.what == "C" then name = name .. "[C]" end
  if event == "return" then
    out[#out + 1] = ("  "):rep(depth) .. "<" .. name
    depth = depth - 1
  else
    if event == "call" then depth = depth + 1 end
    out[#out + 1] = ("  "):rep(depth) .. (event == "call" and ">" or "~>") .. name
  end
end

local function leaf(x) return x * 2 end
local function tail(x) return leaf(x) end
local function branch(x)
  local a = leaf(x)
  local b = tail(a)
  return a + b
end
local function recurse(n)
  if n == 0 then return math.abs(-1) end
  local r = recurse(n - 1)
  return r + 1
end
local object = { method = function(self, n) return #self + n end }
local meta = setmetatable({}, { __add = function() return "sum" end, __index = function() return "idx" end })

local function trace(label, f)
  out, depth = {}, 0
  debug.sethook(hook, "cr")
  f()
  debug.sethook()
  print(label)
  for i = 1, #out do print("  " .. out[i]) end
end

trace("branch", function() local r = branch(3) end)
trace("recurse", function() local r = recurse(2) end)
trace("method", function() local r = object:method(4) end)
trace("meta", function() local r = meta + meta.x end)
trace("pcall", function()
  pcall(error, "x")
end)
trace("sort", function()
  local before = function(a, b) return a < b end
  table.sort({ 2, 1 }, before)
end)
for i, mask in ipairs { "c", "r" } do
  local n = 0
  debug.sethook(function() n = n + 1 end, mask)
  branch(1)
  debug.sethook()
  print(mask, n)
end

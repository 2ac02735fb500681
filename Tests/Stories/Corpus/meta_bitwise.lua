-- __band __bor __bxor __shl __shr __bnot on a set class, and integer-only complaints
local Set = {}
Set.__index = Set
local function set(list)
  local s = setmetatable({}, Set)
  for _, k in ipairs(list) do s[k] = true end
  return s
end
local function names(s)
  local keys = {}
  for k in pairs(s) do keys[#keys + 1] = k end
  table.sort(keys)
  return keys
end

Set.__band = function(a, b)
  local r = set {}
  for _, k in ipairs(names(a)) do r[k] = b[k] end
  return r
end
Set.__bor = function(a, b)
  local r = set {}
  for _, k in ipairs(names(a)) do r[k] = true end
  for _, k in ipairs(names(b)) do r[k] = true end
  return r
end
Set.__bxor = function(a, b)
  local r = a | b
  for _, k in ipairs(names(a & b)) do r[k] = nil end
  return r
end
Set.__shl = function(s, k) s[k] = true; return s end
Set.__shr = function(s, k) s[k] = nil; return s end
Set.__bnot = function(s)
  local r = set {}
  for c = ("a"):byte(), ("h"):byte() do
    local k = string.char(c)
    if not s[k] then r[k] = true end
  end
  return r
end
Set.__tostring = function(s) return "{" .. table.concat(names(s), ",") .. "}" end

local x, y = set { "a", "b", "c" }, set { "b", "c", "d" }
print(x & y, x | y, x ~ y, ~x)
print(x << "z" << "y", x >> "a" >> "z" >> "y")

for _, f in ipairs {
  function() return 1.5 & 1 end,
  function() return "a" | 1 end,
  function() return 2 ^ 63 << 1 end,
  function() return {} ~ 1 end,
  function() return "3" & 1 end,
  function() return "0x10" | 2.0 end,
} do
  print(pcall(f))
end

-- __concat in chains from the right, __len with #, and both with errors
local Rope = {}
Rope.__index = Rope
local function rope(...) return setmetatable({ ... }, Rope) end
local order = {}

local function describe(v)
  if type(v) == "table" then return "[" .. table.concat(v, "+", 1, rawlen(v)) .. "]" end
  return tostring(v)
end
Rope.__concat = function(a, b)
  order[#order + 1] = describe(a) .. "," .. describe(b)
  local r = rope()
  for _, side in ipairs { a, b } do
    if getmetatable(side) == Rope then
      for _, piece in ipairs(side) do r[#r + 1] = piece end
    else
      r[#r + 1] = tostring(side)
    end
  end
  return r
end
Rope.__len = function(r)
  local n = 0
  for i = 1, rawlen(r) do
    n = n + #r[i]
  end
  return n
end

local r = rope("a") .. "b" .. 1 .. rope("c", "d") .. 2.5 .. "e"
print(describe(r), #r, rawlen(r))
for i, step in ipairs(order) do
  print(i, step)
end

local text = "x" .. 1 .. 2 .. "y"
print(text, #text)

local liar = setmetatable({ 1, 2, 3 }, { __len = function() return 100 end })
print(#liar, rawlen(liar), select("#", table.unpack(liar, 1, 3)))
local odd = setmetatable({}, { __len = function() return "ten" end })
print(#odd, pcall(table.insert, odd, 1))

print(pcall(function() return "a" .. {} end))
print(describe(rope("x") .. nil))
print(pcall(function() local s = nil; return "a" .. s .. "b" end))
print(pcall(function() return #nil end))
print(pcall(function() return #5 end))
local angry = setmetatable({}, { __concat = function(a, b) error("refuse to join") end })
print(pcall(function()
  return "one" .. "two" .. angry
end))
return #r

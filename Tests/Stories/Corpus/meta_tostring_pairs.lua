-- __tostring with print, __name, __pairs, and the __metatable lock
local Point = { __name = "Point" }
Point.__index = Point
Point.__tostring = function(p)
  return string.format("Point<%d,%d>", p.x, p.y)
end
local p = setmetatable({ x = 1, y = 2 }, Point)
print(p, "and", p)
print(tostring(p) .. "|" .. #tostring(p))

-- __tostring has to return a string
local wrong = setmetatable({}, { __tostring = function() return { 42 } end })
print(pcall(tostring, wrong))
local failing = setmetatable({}, { __tostring = function() error("no text") end })
print(pcall(tostring, failing))
print(pcall(print, failing))

-- __name shows up in messages
local named = setmetatable({}, { __name = "Widget" })
print((tostring(named):gsub(": .*", "")))
print(pcall(function() return named + 1 end))
print(pcall(string.rep, named))
print(pcall(function() return named < named end))

-- __pairs gives an ordered walk
local ordered = setmetatable({ z = 26, a = 1, m = 13 }, {
  __pairs = function(t)
    local keys = {}
    for k in next, t do keys[#keys + 1] = k end
    table.sort(keys)
    local i = 0
    return function()
      i = i + 1
      if keys[i] then return keys[i], t[keys[i]] end
    end, t, nil
  end,
})
for k, v in pairs(ordered) do
  print("pair", k, v)
end
print(select("#", pairs(ordered)))
print((pcall(pairs, nil)), pcall(function()
  for k in pairs(nil) do print("never", k) end
end))

-- ipairs respects __index
local squares = setmetatable({}, { __index = function(_, i)
  if i <= 4 then return i * i end
end })
for i, sq in ipairs(squares) do print(i, sq) end

-- a locked metatable
local locked = setmetatable({}, { __metatable = "private" })
print(getmetatable(locked), pcall(setmetatable, locked, {}))
print(getmetatable("text").__index == string)
print(pcall(setmetatable, 1, {}))

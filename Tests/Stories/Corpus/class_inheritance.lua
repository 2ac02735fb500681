-- object-oriented classes with inheritance, super calls, mixins and metamethod inheritance
local function class(name, parent)
  local c = { name = name, super = parent }
  c.__index = c
  if parent then
    for k, v in pairs(parent) do
      if type(k) == "string" and k:sub(1, 2) == "__" and k ~= "__index" then c[k] = v end
    end
  end
  return setmetatable(c, {
    __index = parent,
    __call = function(self, ...)
      local o = setmetatable({}, self)
      if self.init then self.init(o, ...) end
      return o
    end,
  })
end

local Shape = class("Shape")
function Shape:init(label) self.label = label end
function Shape:area() error(self.name .. " has no area", 2) end
function Shape:describe()
  return ("%s '%s' of area %.2f"):format(self.name, self.label, self:area())
end
Shape.__tostring = function(s) return "<" .. s.name .. " " .. s.label .. ">" end
Shape.__lt = function(a, b) return a:area() < b:area() end

local Rect = class("Rect", Shape)
function Rect:init(label, w, h)
  Rect.super.init(self, label)
  self.w, self.h = w, h
end
function Rect:area() return self.w * self.h end

local Square = class("Square", Rect)
function Square:init(label, side) self.super.super.init(self, label); self.w, self.h = side, side end
function Square:describe()
  return "regular " .. Rect.describe(self)
end

local Blob = class("Blob", Shape)

local shapes = { Rect("r", 2, 3), Square("s", 2), Rect("q", 1, 1) }
for _, s in ipairs(shapes) do
  print(tostring(s), s:describe())
end
table.sort(shapes, function(a, b) return a < b end)
print(tostring(shapes[1]), tostring(shapes[3]))
print(pcall(function()
  return Blob("b"):describe()
end))

local function is_a(o, c)
  local m = getmetatable(o)
  while m do
    if m == c then return true end
    m = m.super
  end
  return false
end
print(is_a(shapes[1], Shape), is_a(shapes[1], Square), is_a(Square("t", 1), Rect))

-- a mixin
local Countable = { count = function(self) self.n = (self.n or 0) + 1 return self end }
for k, v in pairs(Countable) do Shape[k] = v end
print(shapes[2]:count():count():count().n)

-- private state in closures
local function Account(balance)
  local self = {}
  function self.deposit(v) balance = balance + v return self end
  function self.balance() return balance end
  return self
end
print(Account(10).deposit(5).deposit(7).balance())
return shapes[1].label

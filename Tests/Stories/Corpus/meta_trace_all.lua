-- one metatable that logs every event, driven by load so that operators come from a table
local events = {}
local mt = {}
for _, name in ipairs {
  "add", "sub", "mul", "div", "mod", "pow", "idiv",
  "band", "bor", "bxor", "shl", "shr", "concat",
} do
  mt["__" .. name] = function(a, b)
    local left = type(a) == "table" and "obj" or tostring(a)
    local right = type(b) == "table" and "obj" or tostring(b)
    events[#events + 1] = name .. "(" .. left .. "," .. right .. ")"
    return #events
  end
end
for _, name in ipairs { "unm", "bnot", "len" } do
  mt["__" .. name] = function(a, b)
    events[#events + 1] = name .. (rawequal(a, b) and "/same" or "/other")
    return #events
  end
end

local obj = setmetatable({}, mt)
local binary = { "+", "-", "*", "/", "%", "^", "//", "&", "|", "~", "<<", ">>", ".." }
for _, op in ipairs(binary) do
  local f = assert(load("local o = ... return o " .. op .. " 7, 7 " .. op .. " o", "=" .. op))
  f(obj)
end
for _, op in ipairs { "-", "~", "#" } do
  local f = load("local o = ... return " .. op .. "o")
  f(obj)
end

local line = {}
for i, e in ipairs(events) do
  line[#line + 1] = e
  if #line == 4 or i == #events then
    print(table.concat(line, " "))
    line = {}
  end
end

-- the same operators without metamethods, each message
for _, op in ipairs(binary) do
  local f = load("local o = ... return o " .. op .. " 7", "=op")
  print(op, select(2, pcall(f, {})))
end
return #events

-- tables, nil, numbers, booleans and functions as error values, and __tostring on error objects
local function show(...)
  local n = select("#", ...)
  local parts = {}
  for i = 1, n do
    local v = select(i, ...)
    parts[i] = type(v) .. (type(v) ~= "function" and type(v) ~= "thread" and ":" .. tostring(v) or "")
  end
  print(n, table.concat(parts, " "))
end

show(pcall(error, nil))
show(pcall(error))
show(pcall(error, 42))
show(pcall(error, 4.5))
show(pcall(error, false))
show(pcall(error, print))
show(pcall(error, coroutine.create(print)))

local Exception = { __name = "Exception" }
Exception.__index = Exception
Exception.__tostring = function(e)
  return e.class .. ": " .. e.message
end
local function throw(class, message, cause)
  error(setmetatable({ class = class, message = message, cause = cause }, Exception), 2)
end
show(pcall(throw, "IOError", "disk full"))

-- a numeric error gets a position when it is turned into a message by error itself
show(pcall(function() error(13) end))
show(pcall(function() error("13") end))
show(pcall(function() error(13, 0) end))

-- try / catch by class
local function try(body, handlers)
  local ok, e = pcall(body)
  if ok then return e end
  local class = type(e) == "table" and e.class or type(e)
  local handler = handlers[class] or handlers.default
  if not handler then error(e, 0) end
  return handler(e)
end
local handlers = {
  ParseError = function(e) return "parse: " .. e.message end,
  string = function(e) return "plain: " .. e end,
}
print(try(function() throw("ParseError", "line 3") end, handlers))
print(try(function() error("oops") end, handlers))
print(try(function() return "no error" end, handlers))
local ok, e = pcall(try, function() throw("Other", "unknown") end, handlers)
print(ok, e.class, tostring(e))

-- causes in a chain
local ok2, top = pcall(function()
  local good, cause = pcall(function()
    local good2, root = pcall(throw, "Root", "r")
    throw("Middle", "m", root)
  end)
  throw("Top", "t", cause)
end)
while top do
  print(top)
  top = top.cause
end

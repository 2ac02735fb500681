-- an event emitter: on, once, off, emission inside handlers, failing handlers, wildcards
local Emitter = {}
Emitter.__index = Emitter

function Emitter.new()
  return setmetatable({ handlers = {}, errors = {} }, Emitter)
end

function Emitter:on(event, f)
  local list = self.handlers[event]
  if not list then
    list = {}
    self.handlers[event] = list
  end
  list[#list + 1] = f
  return function()
    for i, g in ipairs(list) do
      if g == f then
        table.remove(list, i)
        return true
      end
    end
    return false
  end
end

function Emitter:once(event, f)
  local off
  off = self:on(event, function(...)
    off()
    return f(...)
  end)
  return off
end

function Emitter:emit(event, ...)
  local called = 0
  for _, name in ipairs { event, "*" } do
    local list = self.handlers[name] or {}
    for _, f in ipairs { table.unpack(list) } do
      local ok, err = pcall(f, ...)
      if not ok then
        self.errors[#self.errors + 1] = event .. ": " .. tostring(err)
      end
      called = called + 1
    end
  end
  return called
end

local log = {}
local function logger(prefix)
  return function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    log[#log + 1] = prefix .. "(" .. table.concat(parts, ",") .. ")"
  end
end

local e = Emitter.new()
local off = e:on("data", logger("first"))
e:once("data", logger("once"))
e:on("data", function(n)
  if n > 0 then e:emit("data", n - 1) end
end)
e:on("*", logger("any"))
print(e:emit("data", 1))
print(e:emit("data", 0))
print(off(), off(), e:emit("data", 0))
print(e:emit("nothing listens", nil, "x"))

e:on("bad", function() error("handler failed") end)
e:on("bad", function(t) return t.field.sub end)
e:on("bad", logger("after the failures"))
print(e:emit("bad", {}), #e.errors)
for _, m in ipairs(e.errors) do print(m) end
log[#log] = nil
log[#log] = nil
for i, l in ipairs(log) do print(i, l) end
return #log

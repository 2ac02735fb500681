-- errors inside __gc surface from collectgarbage as "error in __gc metamethod"
collectgarbage("stop")

local function broken(value)
  return setmetatable({}, {
    __gc = function() error(value, 0) end,
  })
end

local function collect_with(value)
  local holder = { broken(value) }
  holder = nil
  local ok, err = pcall(collectgarbage)
  return ok, err
end

-- the holder may linger in a stack slot for one round: a fresh call clears it
local function wipe(...) return select("#", ...) end
local function attempt(label, value)
  local ok, err = collect_with(value)
  if ok then
    wipe(nil, nil, nil, nil, nil, nil)
    ok, err = pcall(collectgarbage)
  end
  print(label, ok, err)
end

attempt("string", "gc went wrong")
attempt("number", 77)
attempt("table", {})
attempt("nil", nil)
print("clean", pcall(collectgarbage))

-- one failing among good ones: the others are finalized in the next call
local log = {}
local objects = {}
for i = 1, 4 do
  objects[i] = setmetatable({}, {
    __gc = function()
      log[#log + 1] = i
      if i == 3 then error("number three", 0) end
    end,
  })
end
objects = nil
print(pcall(collectgarbage))
print(table.concat(log, " "))
print(pcall(collectgarbage))
print(table.concat(log, " "))

-- a runtime error with a position
local nilfield = { setmetatable({}, { __gc = function(o) return o.missing.field end }) }
nilfield = nil
print(pcall(collectgarbage))
collectgarbage("restart")

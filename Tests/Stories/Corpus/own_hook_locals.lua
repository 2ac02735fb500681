-- a hook that watches and changes the locals and upvalues of the function it interrupts
local history = {}
local shared = 0

local function work(limit)
  local sum = 0
  for i = 1, limit do
    local square = i * i
    sum = sum + square
    shared = shared + 1
  end
  return sum
end

local function locals_of(level)
  local t, i = {}, 1
  while true do
    local name, value = debug.getlocal(level + 1, i)
    if not name then break end
    if name:sub(1, 1) ~= "(" then t[#t + 1] = name .. "=" .. tostring(value) end
    i = i + 1
  end
  return table.concat(t, ",")
end

debug.sethook(function(event, line)
  if debug.getinfo(2, "f").func == work then
    history[#history + 1] = line .. ":" .. locals_of(2)
  end
end, "l")
local result = work(2)
debug.sethook()
for _, h in ipairs(history) do print(h) end
print(result, shared)

-- change a local on the way
debug.sethook(function(event, line)
  if line == 9 and debug.getinfo(2, "f").func == work then
    local i = 1
    while true do
      local name = debug.getlocal(2, i)
      if not name then break end
      if name == "square" then
        debug.setlocal(2, i, 1000)
      end
      i = i + 1
    end
  end
end, "l")
local changed = work(3)
debug.sethook()
print("changed", changed)

-- a watchpoint on an upvalue: the line after the one that changed it
local watched
local old = shared
debug.sethook(function(event, line)
  if shared ~= old and not watched then
    watched = line
  end
end, "l")
work(1)
debug.sethook()
print("watched", watched, shared)
return result

-- hooks that remove or replace themselves while running
local log = {}

-- removed at the third event
local n = 0
debug.sethook(function(event, line)
  n = n + 1
  log[#log + 1] = event .. n
  if n == 3 then debug.sethook() end
end, "l")
local x = 1
x = x + 1
x = x + 1
x = x + 1
print(n, debug.gethook())

-- two hooks hand over to one another
local turns = {}
local ping, pong
function ping(_, line)
  turns[#turns + 1] = "ping"
  debug.sethook(pong, "l")
end
function pong(_, line)
  turns[#turns + 1] = "pong"
  debug.sethook(ping, "l")
end
debug.sethook(ping, "l")
x = 1
x = 2
x = 3
debug.sethook()
print(table.concat(turns, " "))

-- the mask narrows from calls to lines once the wanted function is entered
local function target(a)
  local b = a * 2
  local c = b + 1
  return c
end
local function other()
  return 5
end
local lines = {}
debug.sethook(function(event)
  local info = debug.getinfo(2, "f")
  if info.func == target then
    debug.sethook(function(_, line)
      if debug.getinfo(2, "f").func == target then
        lines[#lines + 1] = line
      else
        debug.sethook()
      end
    end, "l")
  end
end, "c")
other()
local r = target(other())
r = r + 1
print(r, #lines, lines[#lines] - lines[1], debug.gethook())

-- one-shot breakpoint
local hit
local function breakpoint(line, action)
  debug.sethook(function(_, l)
    if l == line then
      debug.sethook()
      action(debug.getlocal(2, 1))
    end
  end, "l")
end
breakpoint(37, function(name, value) hit = name .. "=" .. tostring(value) end)
target(21)
print(hit, debug.gethook())
print(table.concat(log, " "))

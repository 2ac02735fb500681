-- very deep tail calls that use no stack, through functions, pcall-free loops and state machines
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) end
print(loop(4000, 0))

local odd
local function even(n) if n == 0 then return "even" end return odd(n - 1) end
function odd(n) if n == 0 then return "odd" end return even(n - 1) end
print(even(1000), even(777))

-- the levels of the stack do not grow
local function height()
  local h = 0
  while debug.getinfo(h + 1, "l") do h = h + 1 end
  return h
end
local function tail(n)
  if n == 0 then
    local h = height()
    return h
  end
  return tail(n - 1)
end
print("same height", tail(0) == tail(500))

-- a maze by tail calls
local room = {}
local path = {}
local function go(name, moves)
  path[#path + 1] = name
  return room[name](moves)
end
function room.hall(m)
  local move = table.remove(m, 1)
  if move == "n" then return go("kitchen", m) end
  if move == "e" then return go("garden", m) end
  return "lost in the hall"
end
function room.kitchen(m)
  local move = table.remove(m, 1)
  if move == "s" then return go("hall", m) end
  return "stuck in the kitchen"
end
function room.garden(m)
  return "out after " .. #path .. " rooms"
end
print(go("hall", { "n", "s", "n", "s", "e" }))
print(table.concat(path, ">"))

-- a traceback tells of the lost frames
local function last() return debug.traceback("tail") end
local function first()
  local t = last()
  return t
end
local function lost()
  return last()
end
print((first():match("^(.-)\n[^\n]*in main chunk")))
local text = lost()
print((text:match("^(.-)\n[^\n]*in main chunk")))
print(select("#", loop(1, 0)))

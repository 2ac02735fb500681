-- a count hook set by the program itself, with exact numbers of events at several periods
local function work(n)
  local s = 0
  for i = 1, n do
    s = s + i % 3
  end
  return s
end

local function measure(period, f, ...)
  local events = 0
  debug.sethook(function(event)
    if event == "count" then events = events + 1 end
  end, "", period)
  local result = f(...)
  debug.sethook()
  return events, result
end

for _, period in ipairs { 1, 2, 5, 10, 100, 1000 } do
  print(period, measure(period, work, 50))
end

-- where the counts fall
local lines = {}
debug.sethook(function()
  local line = debug.getinfo(2, "l").currentline
  lines[line] = (lines[line] or 0) + 1
end, "", 7)
local total = work(40)
debug.sethook()
for line = 1, 60 do
  if lines[line] then print("line", line, lines[line]) end
end
print("total", total)

-- count and line together
local both = { count = 0, line = 0 }
debug.sethook(function(event, line)
  both[event] = both[event] + 1
end, "l", 10)
work(20)
debug.sethook()
print("both", both.count, both.line)

-- a budget: stop a runaway loop
local function limited(budget, f)
  local left = budget
  debug.sethook(function()
    left = left - 1
    if left <= 0 then error("budget used up", 0) end
  end, "", 100)
  local ok, err = pcall(f)
  debug.sethook()
  return ok, err, left
end
local spins = 0
print(limited(5, function() while true do spins = spins + 1 end end))
print("spins", spins)
print(limited(5, function() return work(3) end))

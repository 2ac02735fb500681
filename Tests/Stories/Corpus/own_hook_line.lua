-- a line hook set by the program itself, recording the lines of loops, calls and one-liners
local trace = {}

local function record(f, ...)
  trace = {}
  debug.sethook(function(event, line)
    local info = debug.getinfo(2, "S")
    trace[#trace + 1] = (line - info.linedefined)
  end, "l")
  local result = f(...)
  debug.sethook()
  print(table.concat(trace, " "), result)
end

local function straight(a)
  local b = a + 1
  local c = b * 2

  return c
end

local function looping(n)
  local s = 0
  for i = 1, n do
    s = s + i
  end
  while s > 5 do s = s - 1 end
  repeat
    s = s + 1
  until s >= 8
  return s
end

local function branching(x)
  if x > 10 then
    return "big"
  elseif x > 5 then
    return "medium"
  else
    return "small"
  end
end

local function multiline(t)
  local r = {
    first = t[1],
    second = t[2]
      or "default",
  }
  return tostring(
    r.first
  ) ..
    r.second
end

record(straight, 1)
record(looping, 4)
record(branching, 11)
record(branching, 7)
record(branching, 1)
record(multiline, { "a" })
record(function(n) for i = 1, n do n = n + i end return n end, 5)
record(function() local x = ("a"):gsub("a", function(c) return c:upper() end) return x end)
record(function() goto done; do print("skipped") end ::done:: return "jumped" end)
return #trace

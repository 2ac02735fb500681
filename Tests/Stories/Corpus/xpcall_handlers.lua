-- message handlers: arguments, locals of the failing frame, nested xpcall and pcall inside
local function describe(m)
  local info = debug.getinfo(2, "Sl")
  local where = info.what == "C" and "C" or tostring(info.currentline)
  return "[" .. where .. "] " .. tostring(m)
end

print(xpcall(function(a, b)
  return a + b, a .. b
end, describe, 1, 2))

print(xpcall(function(a, b)
  local c = a * b
  return c.d.e
end, describe, 3, 4))

print(xpcall(function() error("raised", 0) end, describe))

-- the handler can look at the locals of the function that failed
local function snapshot(m)
  local found = {}
  for level = 2, 4 do
    local info = debug.getinfo(level, "S")
    if info and info.what == "Lua" then
      local i = 1
      while true do
        local name, value = debug.getlocal(level, i)
        if not name then break end
        if name:sub(1, 1) ~= "(" then
          found[#found + 1] = name .. "=" .. tostring(value)
        end
        i = i + 1
      end
      break
    end
  end
  return m .. " {" .. table.concat(found, " ") .. "}"
end
print(select(2, xpcall(function(first, second)
  local third = first + second
  for i = 1, 3 do
    local square = i * i
    if square > third then
      error("too big", 0)
    end
  end
end, snapshot, 1, 2)))

-- inner xpcall handles, the outer one sees nothing
local order = {}
local ok, v = xpcall(function()
  local good, m = xpcall(error, function(e)
    order[#order + 1] = "inner " .. e
    return e:upper()
  end, "quiet")
  order[#order + 1] = "between"
  error(m, 0)
end, function(e)
  order[#order + 1] = "outer " .. e
  return e:lower()
end)
print(ok, v, table.concat(order, ", "))

-- pcall inside xpcall keeps its errors away from the handler
local handled = 0
print(xpcall(function()
  for i = 1, 5 do pcall(error, i) end
  return "fine"
end, function() handled = handled + 1 end))
print("handled", handled)

-- message handlers that fail: a second chance, endless failure, and "error in error handling"
local calls = 0
print(xpcall(function() error("original", 0) end, function(m)
  calls = calls + 1
  if calls == 1 then
    error("handler failed on " .. m, 0)
  end
  return "second try: " .. m
end))
print("calls", calls)

-- a handler that always fails ends in a fixed message
calls = 0
local ok, err = xpcall(error, function(m)
  calls = calls + 1
  error("again", 0)
end, "start")
print(ok, type(err), calls > 5)
print(tostring(err):find("error in error handling", 1, true) ~= nil
  or tostring(err):find("stack overflow", 1, true) ~= nil)

-- the handler has to be a function, callable tables do not count
print(pcall(xpcall, error, nil, "x"))
print(pcall(xpcall, error))
print(pcall(xpcall, error, setmetatable({}, { __call = print }), "x"))

-- the handler overflows the stack by itself
local wide = {}
for i = 1, 2000 do wide[i] = false end
local entered = false
local function endless(...)
  return 1 + endless(...)
end
local fine, message = xpcall(function()
  local t
  return t.x
end, function(m)
  entered = true
  return endless(table.unpack(wide))
end)
print(fine, entered, type(message), message:find("x 1", 1, true))

-- a handler that catches its own error, and one that uses a coroutine
print(xpcall(error, function(m)
  local good, inner = pcall(error, m .. "!", 0)
  return inner
end, "caught in handler"))
print(xpcall(error, function(m)
  local w = coroutine.wrap(function() coroutine.yield(m) return m .. m end)
  w()
  return w()
end, "twice "))

-- handlers nested in handlers
print(xpcall(function()
  error("level one", 0)
end, function(m)
  local _, text = xpcall(function()
    error(m .. " > level two", 0)
  end, function(m2)
    local _, text3 = xpcall(error, function(m3)
      return m3 .. " > handled"
    end, m2 .. " > level three")
    return text3
  end)
  return text
end))

-- handler results are cut to one value
print(select("#", xpcall(error, function() return 1, 2, 3 end, "x")))
print(select("#", xpcall(error, function() end, "x")))

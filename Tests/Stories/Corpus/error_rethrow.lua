-- catching, adding context and rethrowing; cleanup order; finally emulation
local events = {}
local function note(...) events[#events + 1] = table.concat({ ... }, " ") end

local function finally(body, cleanup)
  local results = table.pack(pcall(body))
  cleanup()
  if not results[1] then
    error(results[2], 0)
  end
  return table.unpack(results, 2, results.n)
end

print(finally(function() return 1, nil, 3 end, function() note("cleanup 1") end))
print(pcall(finally, function()
  note("body")
  error("failed in body")
end, function() note("cleanup 2") end))
print(pcall(finally, function() error("lost", 0) end, function() error("cleanup wins", 0) end))

local function with_context(context, f, ...)
  local ok, err = pcall(f, ...)
  if not ok then
    error(context .. ": " .. tostring(err), 0)
  end
  return err
end

local function parse(text)
  return with_context("parsing '" .. text .. "'", function()
    local n = tonumber(text)
    if not n then error("not a number") end
    return n
  end)
end

local function total(list)
  return with_context("total", function()
    local sum = 0
    for i, s in ipairs(list) do
      sum = sum + with_context("item " .. i, parse, s)
    end
    return sum
  end)
end
print(pcall(total, { "1", "2", "3" }))
print(pcall(total, { "1", "two", "3" }))

-- retry until success
local attempts = 0
local function flaky()
  attempts = attempts + 1
  if attempts < 4 then error("attempt " .. attempts, 0) end
  return "succeeded"
end
local result
repeat
  local ok, r = pcall(flaky)
  if ok then result = r else note(r) end
until ok
print(result, attempts)

-- unwinding out of nested loops by error
local ok, where = pcall(function()
  for i = 1, 5 do
    for j = 1, 5 do
      if i * j == 12 then error({ i, j }) end
    end
  end
end)
print(ok, where[1], where[2])
print(table.concat(events, "; "))

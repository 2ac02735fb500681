-- yields across pcall and xpcall, errors after resumption, and unwinding through both
local function step(label)
  local got = coroutine.yield(label)
  if got == "raise" then
    error("raised at " .. label, 2)
  elseif got == "table" then
    error({ label = label })
  end
  return got
end

local function body()
  local results = {}
  for i = 1, 3 do
    local ok, v = pcall(function()
      local a = step("p" .. i .. "a")
      local b = step("p" .. i .. "b")
      return a .. "+" .. b
    end)
    if type(v) == "table" then v = "table " .. v.label end
    results[#results + 1] = tostring(ok) .. ":" .. v
  end
  local ok, v = xpcall(function()
    return pcall(function()
      step("inner")
      return step("inner2")
    end)
  end, function(m)
    return "handled " .. m
  end)
  results[#results + 1] = tostring(ok) .. ":" .. tostring(v)
  local ok2, v2 = xpcall(step, function(m)
    return "handled " .. tostring(m)
  end, "last")
  results[#results + 1] = tostring(ok2) .. ":" .. tostring(v2)
  return table.concat(results, "\n")
end

local answers = { "one", "two", "raise", "x", "raise", "y", "table", "raise" }
local co = coroutine.create(body)
local ok, label = coroutine.resume(co)
local i = 0
while coroutine.status(co) == "suspended" do
  i = i + 1
  local answer = answers[i] or "raise"
  print(label, "<-", answer)
  ok, label = coroutine.resume(co, answer)
end
print(ok)
print(label)

-- pcall of yield itself, and of resume
local w = coroutine.wrap(function()
  print("pcall(yield)", pcall(coroutine.yield, 1, 2))
  print("pcall(pcall, yield)", pcall(pcall, coroutine.yield, 3))
  return "end"
end)
print(w())
print(w("back", "again"))
print(w())
print(pcall(pcall, error, "twice"))

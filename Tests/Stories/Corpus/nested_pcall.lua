-- pcall in pcall in pcall: results, errors from cleanup, pcall of pcall itself, deep but finite nests
print(pcall(pcall))
print(pcall(pcall, pcall))
print(pcall(pcall, error, "e"))
print(pcall(pcall, pcall, error, "e"))
print(pcall(error, pcall) == false)
print(select("#", pcall(pcall, pcall, function() return nil, nil end)))

local trail = {}
local function level(n, fail_at)
  trail[#trail + 1] = "+" .. n
  local ok, err = pcall(function()
    if n == fail_at then
      error("failed at " .. n)
    end
    if n < 5 then
      level(n + 1, fail_at)
    end
    trail[#trail + 1] = "=" .. n
  end)
  trail[#trail + 1] = "-" .. n .. (ok and "" or "!")
  if not ok and n % 2 == 0 then
    error(err .. " via " .. n, 0)
  end
end
for fail_at = 1, 6 do
  trail = {}
  print(fail_at, pcall(level, 1, fail_at))
  print(table.concat(trail, " "))
end

local function nest(n)
  if n == 0 then error("core", 0) end
  local ok, err = pcall(nest, n - 1)
  error(err .. n, 0)
end
print(pcall(nest, 9))

-- alternating pcall, coroutine and metamethod
local function mixed(n)
  if n == 0 then error({ depth = 0 }) end
  local ok, err
  if n % 3 == 0 then
    ok, err = pcall(mixed, n - 1)
  elseif n % 3 == 1 then
    ok, err = coroutine.resume(coroutine.create(mixed), n - 1)
  else
    local t = setmetatable({}, { __index = function(_, k) return mixed(k) end })
    ok, err = pcall(function() return t[n - 1] end)
  end
  err.depth = err.depth + 1
  error(err)
end
local ok, err = pcall(mixed, 20)
print(ok, err.depth)

-- errors in the loop body do not end the loop
local sum, failures = 0, 0
for i, v in ipairs { 1, "2", {}, 4, "x", true, 7 } do
  if not pcall(function() sum = sum + v end) then
    failures = failures + 1
  end
end
print(sum, failures)
return pcall(pcall, pcall, pcall)

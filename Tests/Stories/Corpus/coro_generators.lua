-- generators by coroutine.wrap in generic for: ranges, filters, zips and take
local function gen(f)
  return function(...)
    local args = table.pack(...)
    return coroutine.wrap(function()
      f(table.unpack(args, 1, args.n))
    end)
  end
end

local range = gen(function(from, to, step)
  for i = from, to, step or 1 do coroutine.yield(i) end
end)

local function filter(pred, source)
  return coroutine.wrap(function()
    for v in source do
      if pred(v) then
        coroutine.yield(v)
      end
    end
  end)
end

local function map(f, source)
  return coroutine.wrap(function()
    for v in source do coroutine.yield(f(v)) end
  end)
end

local zip = gen(function(a, b)
  while true do
    local x, y = a(), b()
    if x == nil or y == nil then return end
    coroutine.yield(x, y)
  end
end)

local function take(n, source)
  return coroutine.wrap(function()
    for i = 1, n do
      local v = source()
      if v == nil then break end
      coroutine.yield(v)
    end
  end)
end

local out = {}
for v in range(1, 10, 3) do out[#out + 1] = v end
print(table.concat(out, " "))

local even = filter(function(n) return n % 2 == 0 end, range(1, 12))
for x, y in zip(even, map(function(s) return s * s end, range(1, 99))) do
  print(x, y)
end

local naturals = coroutine.wrap(function()
  local n = 0
  while true do n = n + 1; coroutine.yield(n) end
end)
local total = 0
for v in take(5, naturals) do total = total + v end
print("total", total, "next", naturals())
return total

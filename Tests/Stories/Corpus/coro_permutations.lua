-- permutations, combinations and subsets as coroutine generators
local function permgen(a, n)
  n = n or #a
  if n <= 1 then
    coroutine.yield(a)
  else
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permgen(a, n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
end

local function permutations(a)
  local co = coroutine.create(function() permgen(a) end)
  return function()
    local code, res = coroutine.resume(co)
    return res
  end
end

local count = 0
for p in permutations { "a", "b", "c" } do
  count = count + 1
  print(count, table.concat(p))
end

local function combinations(list, k)
  return coroutine.wrap(function()
    local picked = {}
    local function pick(from, left)
      if left == 0 then
        coroutine.yield(table.concat(picked))
        return
      end
      for i = from, #list - left + 1 do
        picked[#picked + 1] = list[i]
        pick(i + 1, left - 1)
        picked[#picked] = nil
      end
    end
    pick(1, k)
  end)
end
local all = {}
for c in combinations({ "w", "x", "y", "z" }, 2) do all[#all + 1] = c end
print(table.concat(all, " "))

local subsets = coroutine.wrap(function()
  local items = { 1, 2, 4 }
  for mask = 0, (1 << #items) - 1 do
    local sum = 0
    for bit, v in ipairs(items) do
      if mask & (1 << (bit - 1)) ~= 0 then sum = sum + v end
    end
    coroutine.yield(mask, sum)
  end
end)
for mask, sum in subsets do
  if mask ~= sum then print("unexpected", mask, sum) end
end
return count, #all

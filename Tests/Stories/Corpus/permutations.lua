-- permutations without coroutines: next in lexicographic order, Heap's algorithm, ranks, and swaps
local function reverse(t, i, j)
  while i < j do
    t[i], t[j] = t[j], t[i]
    i, j = i + 1, j - 1
  end
end

local function next_permutation(t)
  local i = #t - 1
  while i >= 1 and t[i] >= t[i + 1] do i = i - 1 end
  if i < 1 then return nil end
  local j = #t
  while t[j] <= t[i] do j = j - 1 end
  t[i], t[j] = t[j], t[i]
  reverse(t, i + 1, #t)
  return t
end

-- a closure iterator that starts with the sorted order
local function lexicographic(s)
  local t = { s:byte(1, -1) }
  table.sort(t)
  local started = false
  return function()
    if started then
      if not next_permutation(t) then return nil end
    end
    started = true
    return string.char(table.unpack(t))
  end
end
local out = {}
for p in lexicographic("cab") do out[#out + 1] = p end
print(#out, table.concat(out, " "))
out = {}
for p in lexicographic("abba") do out[#out + 1] = p end
print(#out, table.concat(out, " "))

-- Heap's algorithm, without recursion
local function heap(t, visit)
  local c, i, n = {}, 1, #t
  for k = 1, n do c[k] = 1 end
  visit(t)
  while i <= n do
    if c[i] < i then
      if i % 2 == 1 then t[1], t[i] = t[i], t[1] else t[c[i]], t[i] = t[i], t[c[i]] end
      visit(t)
      c[i] = c[i] + 1
      i = 1
    else
      c[i] = 1
      i = i + 1
    end
  end
end
local seen, count, duplicates = {}, 0, 0
heap({ 1, 2, 3, 4 }, function(t)
  local key = table.concat(t)
  count = count + 1
  if seen[key] then duplicates = duplicates + 1 end
  seen[key] = true
end)
print(count, duplicates)

-- the n-th permutation by factorial digits
local function nth(items, n)
  if #items == 0 then return "" end
  local f = 1
  for i = 2, #items - 1 do f = f * i end
  local rest = table.move(items, 1, #items, 1, {})
  local head = table.remove(rest, n // f + 1)
  return head .. nth(rest, n % f)
end
for _, n in ipairs { 0, 1, 5, 12, 23 } do print(n, nth({ "a", "b", "c", "d" }, n)) end
print(pcall(nth, { "a", "b" }, 7))

-- small recursions: towers of Hanoi, Fibonacci, binary search, power sets, flattening, roman numerals
local pegs = { A = { 3, 2, 1 }, B = {}, C = {} }
local moves = {}
local function move(from, to)
  local disc = table.remove(pegs[from])
  local top = pegs[to][#pegs[to]]
  if top and top < disc then error("disc " .. disc .. " on " .. top) end
  table.insert(pegs[to], disc)
  moves[#moves + 1] = from .. to
end
local function hanoi(n, from, to, via)
  if n == 0 then return end
  hanoi(n - 1, from, via, to)
  move(from, to)
  return hanoi(n - 1, via, to, from)
end
hanoi(3, "A", "C", "B")
print(#moves, table.concat(moves, " "), table.concat(pegs.C))
print(pcall(function()
  move("C", "A")
  move("C", "A")
end))

local calls = 0
local function fib(n)
  calls = calls + 1
  return n < 2 and n or fib(n - 1) + fib(n - 2)
end
print(fib(11), calls)

local function search(list, wanted, lo, hi)
  lo, hi = lo or 1, hi or #list
  if lo > hi then return nil, lo end
  local mid = (lo + hi) // 2
  if list[mid] == wanted then return mid end
  if list[mid] < wanted then return search(list, wanted, mid + 1, hi) end
  return search(list, wanted, lo, mid - 1)
end
local sorted = { 2, 3, 5, 7, 11, 13, 17 }
for _, v in ipairs { 2, 7, 17, 4, 99 } do print(v, search(sorted, v)) end

local function flatten(t, out)
  out = out or {}
  for _, v in ipairs(t) do
    if type(v) == "table" then flatten(v, out) else out[#out + 1] = v end
  end
  return out
end
print(table.concat(flatten { 1, { 2, { 3, { {}, 4 } }, 5 }, { { 6 } } }, " "))

local numerals = { { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" }, { 1, "I" } }
local function roman(n)
  if n == 0 then return "" end
  for _, pair in ipairs(numerals) do
    if n >= pair[1] then
      return pair[2] .. roman(n - pair[1])
    end
  end
end
local out = {}
for n = 1, 29, 4 do out[#out + 1] = roman(n) end
print(table.concat(out, " "), pcall(roman, -1))

local function powerset(items, i)
  i = i or #items
  if i == 0 then return { "" } end
  local without = powerset(items, i - 1)
  for k = 1, #without do without[#without + 1] = without[k] .. items[i] end
  return without
end
local sets = powerset { "x", "y", "z" }
print(#sets, "{" .. table.concat(sets, "} {") .. "}")
return fib(5), roman(14)

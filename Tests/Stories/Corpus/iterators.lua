-- the generic for protocol: next, pairs, ipairs, stateless and closure iterators, extra values
for i, v in ipairs { "a", "b", nil, "d" } do print(i, v) end
for k, v in next, { 10, 20 } do print(k, v) end
for k, v in pairs({ 1, 2, 3 }) do if k == 2 then break end print("left early after", k) end

-- clearing and assigning existing fields while walking
local t = { 1, 2, 3, 4, 5, 6 }
for k, v in pairs(t) do
  if v % 2 == 0 then t[k] = nil else t[k] = v * 10 end
end
local left = {}
for k in pairs(t) do left[#left + 1] = k .. "=" .. t[k] end
table.sort(left)
print(table.concat(left, " "))

-- the control variable is a copy, the hidden state is not
for i, v in ipairs { "x", "y", "z" } do
  local was = i
  i = 100
  print(was, i, v)
end

-- a stateless iterator with a limit as the state
local function countdown(step, n)
  n = n - step
  if n >= 0 then return n, n * n end
end
for n, sq in countdown, 3, 10 do print(n, sq) end

-- a closure iterator with several results, some nil
local function triples(list)
  local i = -2
  return function()
    i = i + 3
    if list[i] then return list[i], list[i + 1], list[i + 2] end
  end
end
for a, b, c in triples { 1, 2, 3, 4, 5 } do print(a, b, c) end

-- false is not the end, nil is
local values, at = { 1, false, 2, nil, 3 }, 0
for v in function() at = at + 1 return values[at] end do print("value", v) end
print("stopped at", at)

-- the explist is evaluated once and adjusted to three values
local evaluated = 0
local function source()
  evaluated = evaluated + 1
  return ipairs { "p", "q" }
end
for i, v in source() do last_seen = v end
print(evaluated, last_seen)
last_seen = nil

-- walking two tables at once, backwards, and a nested walk with the same iterator
local function both(a, b)
  local i = 0
  return function()
    i = i + 1
    if a[i] ~= nil or b[i] ~= nil then return i, a[i], b[i] end
  end
end
for i, x, y in both({ 1, 2 }, { "one", "two", "three" }) do print(i, x, y) end
local function reversed(l)
  return function(list, i)
    i = i - 1
    if i > 0 then return i, list[i] end
  end, l, #l + 1
end
for i, v in reversed { "r1", "r2" } do
  for j, w in reversed { "s1", "s2" } do print(i .. j, v .. w) end
end
print(next({}), next({ 5 }), next({ 5 }, 1), pcall(next, {}, 1))
print(pcall(function() for k in next, nil do end end))

-- goto: continue idioms, nested continue, redo, backward loops, closures in goto loops
for i = 1, 8 do
  if i % 2 == 0 then goto continue end
  if i == 7 then goto continue end
  print("odd", i)
  ::continue::
end

-- labels of the same name in separate blocks
for i = 1, 3 do
  for j = 1, 3 do
    if i == j then goto next end
    if j > i then goto outer end
    print(i, j)
    ::next::
  end
  ::outer::
end

-- a loop out of goto alone
do
  local n, steps = 27, 0
  ::again::
  if n ~= 1 then
    if n % 2 == 0 then n = n // 2 else n = 3 * n + 1 end
    steps = steps + 1
    goto again
  end
  print("collatz", steps)
end

-- redo with a counter
local tries = {}
for i = 1, 3 do
  local t = 0
  ::redo::
  t = t + 1
  if t < i then goto redo end
  tries[i] = t
end
print(table.concat(tries, " "))

-- each pass of a goto loop has fresh locals
do
  local fns = {}
  local i = 1
  ::top::
  local captured = i * 10
  fns[#fns + 1] = function()
    captured = captured + 1
    return captured
  end
  i = i + 1
  if i <= 3 then goto top end
  print(fns[1](), fns[1](), fns[2](), fns[3]())
end

-- goto out of nested loops, and what the compiler refuses
for a = 1, 20 do
  for b = a, 20 do
    local c = math.tointeger((a * a + b * b) ^ 0.5)
    if c and a > 5 then
      print("triple", a, b, c)
      goto found
    end
  end
end
::found::
print(select(2, load("goto nowhere", "=g")))
print(select(2, load("goto f; local x; ::f:: print(x)", "=g")))
print(select(2, load("::a:: ::a::", "=g")))
print(select(2, load("break", "=g")))

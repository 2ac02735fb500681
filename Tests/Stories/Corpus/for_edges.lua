-- numeric for at the edges: floats, negative steps, wraparound, the loop variable as a copy
local function collect(first, last, step)
  local out = {}
  for i = first, last, step or 1 do
    out[#out + 1] = tostring(i)
    if #out == 12 then
      out[#out + 1] = "..."
      break
    end
  end
  return #out .. "  " .. table.concat(out, " ")
end

print(collect(1, 3))
print(collect(3, 1))
print(collect(3, 1, -1))
print(collect(1, 2, 0.25))
print(collect(1.0, 3))
print(collect(1, 3.9))
print(collect(1, 3, 1.0))
print(collect(0.1, 0.35, 0.1))
print(collect(-1, -3, -0.5))
print(collect("1" + 0, "3" + 0))

-- at the limits of integers
local max, min = math.maxinteger, math.mininteger
print(collect(max - 2, max))
print(collect(min + 2, min, -1))
print(collect(max - 5, max, 3))
print(collect(min, max, max))
print(collect(max, min))
print(collect(1, math.huge))
print(collect(1, -math.huge, -1))
print(collect(max - 1, math.huge))
print(collect(min, -2.0 ^ 63, -1))
print(collect(1, 0 / 0))
print(collect(math.huge, 1))

-- assigning to the control variable changes only the copy
for i = 1, 3 do
  local before = i
  i = i * 10
  print(before, i)
end

-- the bounds are evaluated once
local n, evaluations = 3, 0
local function limit()
  evaluations = evaluations + 1
  return n
end
for i = 1, limit() do
  n = n + 1
end
print(n, evaluations)

-- each iteration has its own variable
local f = {}
for i = 1, 3 do f[i] = function() i = i + 1; return i end end
print(f[1](), f[1](), f[2](), f[3]())

-- errors in the header
print(pcall(load("for i = 'x', 2 do end")))
print(pcall(load("for i = 1, '2' do end")))
print(pcall(load("for i = 1, 2, {} do end")))
for i = 3, 1, -1 do for j = i, 3, 2 do n = n + j end end
return n

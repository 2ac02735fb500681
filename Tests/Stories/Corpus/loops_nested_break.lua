-- nested loops of every kind with break at different depths
local function find(matrix, wanted)
  local row, col
  for i, r in ipairs(matrix) do
    for j, v in ipairs(r) do
      if v == wanted then
        row, col = i, j
        break
      end
    end
    if row then break end
  end
  return row, col
end
local m = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } }
print(find(m, 6), (find(m, 10)))

-- while in repeat in for
local visits = {}
for i = 1, 4 do
  local j = 0
  repeat
    j = j + 1
    local k = j
    while true do
      k = k + i
      if k % 3 == 0 then break end
      if k > 10 then break end
    end
    visits[#visits + 1] = i .. j .. ":" .. k
    if k > 10 then break end
  until j >= i
end
print(table.concat(visits, " "))

-- primes with an inner flag
local primes = {}
for n = 2, 50 do
  local prime = true
  for d = 2, n do
    if d * d > n then break end
    if n % d == 0 then
      prime = false
      break
    end
  end
  if prime then primes[#primes + 1] = n end
end
print(#primes, table.concat(primes, ","))

-- break as the way out of endless loops, with a closure alive
local getters = {}
local i = 0
while true do
  i = i + 1
  local captured = i
  getters[i] = function() return captured end
  if captured == 3 then break end
end
print(getters[1](), getters[2](), getters[3]())

-- loops that run zero times
for x = 5, 1 do print("never", x) end
while false do print("never") end
for _ in pairs({}) do print("never") end
for _ in ipairs({ nil, 2 }) do print("never") end
repeat local once = true until once
for x = 1, 3 do do break end end
for x = 1, 3 do if x == 2 then return "left at " .. x, #visits end end

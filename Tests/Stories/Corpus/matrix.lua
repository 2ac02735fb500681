-- matrix multiplication, identity and powers, with operators and errors
local Matrix = {}
Matrix.__index = Matrix

local function matrix(rows)
  return setmetatable(rows, Matrix)
end

local function zero(n, m)
  local r = {}
  for i = 1, n do
    r[i] = {}
    for j = 1, m do r[i][j] = 0 end
  end
  return matrix(r)
end

local function identity(n)
  local r = zero(n, n)
  for i = 1, n do r[i][i] = 1 end
  return r
end

function Matrix.__mul(a, b)
  if type(a) == "number" then a, b = b, a end
  if type(b) == "number" then
    local r = zero(#a, #a[1])
    for i, row in ipairs(a) do for j, v in ipairs(row) do r[i][j] = v * b end end
    return r
  end
  if #a[1] ~= #b then
    error(("cannot multiply %dx%d by %dx%d"):format(#a, #a[1], #b, #b[1]), 2)
  end
  local r = zero(#a, #b[1])
  for i = 1, #a do
    for j = 1, #b[1] do
      local sum = 0
      for k = 1, #b do
        sum = sum + a[i][k] * b[k][j]
      end
      r[i][j] = sum
    end
  end
  return r
end

function Matrix.__pow(a, n)
  local r = identity(#a)
  while n > 0 do
    if n % 2 == 1 then r = r * a end
    a = a * a
    n = n // 2
  end
  return r
end

function Matrix.__tostring(a)
  local lines = {}
  for i, row in ipairs(a) do lines[i] = table.concat(row, " ") end
  return "[" .. table.concat(lines, "; ") .. "]"
end

local a = matrix { { 1, 2 }, { 3, 4 } }
local b = matrix { { 0, 1 }, { 1, 0 } }
print(a * b, b * a, 2 * a, a * 0.5)
print(matrix { { 1, 1 }, { 1, 0 } } ^ 30)
print(a * identity(2), matrix { { 1, 2, 3 } } * matrix { { 4 }, { 5 }, { 6 } })
print(pcall(function() return a * matrix { { 1, 2, 3 } } end))
return tostring(a ^ 5)

-- determinants by minors, transposition, equality, and Gauss elimination with pivoting
local function minor(m, row, col)
  local out = {}
  for i = 1, #m do
    if i == row then goto continue end
    local line = {}
    for j = 1, #m do
      if j ~= col then line[#line + 1] = m[i][j] end
    end
    out[#out + 1] = line
    ::continue::
  end
  return out
end

local function det(m)
  if #m == 0 then return 1 end
  if #m == 1 then return m[1][1] end
  local d, sign = 0, 1
  for c = 1, #m do
    if m[1][c] ~= 0 then
      d = d + sign * m[1][c] * det(minor(m, 1, c))
    end
    sign = -sign
  end
  return d
end

local function transpose(m)
  local t = {}
  for i, row in ipairs(m) do
    for j, v in ipairs(row) do
      t[j] = t[j] or {}
      t[j][i] = v
    end
  end
  return t
end

local function solve(a, b)
  local n = #a
  for col = 1, n do
    local pivot = col
    for row = col + 1, n do
      if math.abs(a[row][col]) > math.abs(a[pivot][col]) then pivot = row end
    end
    if a[pivot][col] == 0 then return nil, "singular in column " .. col end
    a[col], a[pivot], b[col], b[pivot] = a[pivot], a[col], b[pivot], b[col]
    for row = col + 1, n do
      local f = a[row][col] / a[col][col]
      for k = col, n do a[row][k] = a[row][k] - f * a[col][k] end
      b[row] = b[row] - f * b[col]
    end
  end
  local x = {}
  for row = n, 1, -1 do
    local s = b[row]
    for k = row + 1, n do s = s - a[row][k] * x[k] end
    x[row] = s / a[row][row]
  end
  return x
end

for _, m in ipairs {
  {}, { { 7 } }, { { 1, 2 }, { 3, 4 } }, { { 2, 0, 1 }, { 1, 3, 2 }, { 1, 1, 1 } },
  { { 2, 0, 0, 1 }, { 0, 3, 0, 0 }, { 0, 0, 4, 0 }, { 1, 0, 0, 5 } },
} do
  print(#m, det(m), det(transpose(m)) == det(m))
end
local x = solve({ { 0, 2, 1 }, { 1, 1, 1 }, { 2, 0, 3 } }, { 7, 6, 11 })
print(("%.3f %.3f %.3f"):format(x[1], x[2], x[3]))
print(solve({ { 1, 2 }, { 2, 4 } }, { 1, 2 }))
print(pcall(det, { { 1, 2 }, { 3 } }))

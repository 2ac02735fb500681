-- n-queens for 5 by backtracking, all solutions drawn or listed, and a count for 4 and 6
local solutions = {}

local function safe(board, row, col)
  for r = 1, row - 1 do
    local c = board[r]
    if c == col or c - r == col - row or c + r == col + row then
      return false
    end
  end
  return true
end

local function place(board, row, n, found)
  if row > n then
    found(board)
    return
  end
  for col = 1, n do
    if safe(board, row, col) then
      board[row] = col
      place(board, row + 1, n, found)
      board[row] = nil
    end
  end
end

place({}, 1, 5, function(board)
  solutions[#solutions + 1] = table.concat(board)
end)
print(#solutions, table.concat(solutions, " "))

-- the first one drawn, leaving the search by an error
local ok, first = pcall(place, {}, 1, 5, function(board)
  local copy = {}
  for i, v in ipairs(board) do copy[i] = v end
  error(copy)
end)
for row = 1, 5 do
  local line = {}
  for col = 1, 5 do
    line[col] = first[row] == col and "Q" or "."
  end
  print(table.concat(line, " "))
end

-- with bit masks
local function count(n)
  local full, total = (1 << n) - 1, 0
  local function try(cols, left, right)
    if cols == full then
      total = total + 1
      return
    end
    local free = full & ~(cols | left | right)
    while free ~= 0 do
      local bit = free & -free
      free = free ~ bit
      try(cols | bit, (left | bit) << 1, (right | bit) >> 1)
    end
  end
  try(0, 0, 0)
  return total
end
print(count(4), count(5), count(6))
return #solutions, solutions[1]

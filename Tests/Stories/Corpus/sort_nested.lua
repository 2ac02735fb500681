-- a comparator that itself sorts, to three levels of table.sort inside table.sort
local innermost = {}

local function normalized(word)
  local letters = {}
  for c in word:gmatch(".") do
    letters[#letters + 1] = c
  end
  table.sort(letters, function(a, b)
    local pair = { b:byte(), a:byte() }
    table.sort(pair)
    innermost[string.char(pair[1], pair[2])] = true
    return pair[1] == a:byte() and a ~= b
  end)
  return table.concat(letters)
end

local words = { "cba", "bca", "aab", "zed", "aaa" }
table.sort(words, function(x, y)
  local nx, ny = normalized(x), normalized(y)
  if nx == ny then
    return x < y
  end
  return nx < ny
end)

for i, w in ipairs(words) do
  print(i, w, normalized(w))
end
local pairs_seen = {}
for k in pairs(innermost) do pairs_seen[#pairs_seen + 1] = k end
table.sort(pairs_seen)
print("pairs", table.concat(pairs_seen, " "))

-- sorting the rows of a grid, then the grid by its rows
local grid = { { 3, 1, 2 }, { 9, 0, 4 }, { 2, 2, 1 } }
table.sort(grid, function(a, b)
  table.sort(a)
  table.sort(b)
  for i = 1, #a do
    if a[i] ~= b[i] then return a[i] < b[i] end
  end
  return false
end)
for _, row in ipairs(grid) do print(table.concat(row, ",")) end
return words[1], words[#words]

-- edit distance by memoized recursion on a string key and by a table of rows, with a trace of edits
local cache, entered = {}, 0
local function distance(a, b)
  local key = a .. "|" .. b
  if cache[key] then return cache[key] end
  entered = entered + 1
  local d
  if a == "" then
    d = #b
  elseif b == "" then
    d = #a
  else
    local a1, b1 = a:sub(2), b:sub(2)
    if a:byte() == b:byte() then
      d = distance(a1, b1)
    else
      d = 1 + math.min(
        distance(a1, b),
        distance(a, b1),
        distance(a1, b1)
      )
    end
  end
  cache[key] = d
  return d
end
print(distance("kitten", "sitting"), distance("flaw", "lawn"), entered)

local function rows(a, b)
  local d = {}
  for i = 0, #a do
    d[i] = { [0] = i }
    for j = 1, #b do
      if i == 0 then
        d[i][j] = j
      else
        local cost = a:byte(i) == b:byte(j) and 0 or 1
        d[i][j] = math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost)
      end
    end
  end
  return d
end

local function edits(a, b)
  local d, i, j, out = rows(a, b), #a, #b, {}
  while i > 0 or j > 0 do
    if i > 0 and j > 0 and a:byte(i) == b:byte(j) and d[i][j] == d[i - 1][j - 1] then
      i, j = i - 1, j - 1
    elseif i > 0 and j > 0 and d[i][j] == d[i - 1][j - 1] + 1 then
      table.insert(out, 1, a:sub(i, i) .. ">" .. b:sub(j, j))
      i, j = i - 1, j - 1
    elseif i > 0 and d[i][j] == d[i - 1][j] + 1 then
      table.insert(out, 1, "-" .. a:sub(i, i))
      i = i - 1
    else
      table.insert(out, 1, "+" .. b:sub(j, j))
      j = j - 1
    end
  end
  return table.concat(out, " ")
end

for _, pair in ipairs { { "kitten", "sitting" }, { "", "abc" }, { "same", "same" }, { "line", "lines" } } do
  local a, b = pair[1], pair[2]
  local d = rows(a, b)
  print(a, b, d[#a][#b], distance(a, b) == d[#a][#b], edits(a, b))
end
return distance("debug", "debugger")

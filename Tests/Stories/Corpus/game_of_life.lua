-- Conway's game of life on a torus and on an endless plane with string keys
local function parse(...)
  local grid = {}
  for y, line in ipairs { ... } do
    grid[y] = {}
    for c in line:gmatch(".") do
      table.insert(grid[y], c == "#")
    end
  end
  return grid
end

local function step(g)
  local h, w, out = #g, #g[1], {}
  for y = 1, h do
    out[y] = {}
    for x = 1, w do
      local n = 0
      for dy = -1, 1 do
        for dx = -1, 1 do
          if dx == 0 and dy == 0 then goto continue end
          if g[(y + dy - 1) % h + 1][(x + dx - 1) % w + 1] then n = n + 1 end
          ::continue::
        end
      end
      out[y][x] = n == 3 or n == 2 and g[y][x]
    end
  end
  return out
end

local function show(g)
  local lines = {}
  for y, row in ipairs(g) do
    local cells = {}
    for x, alive in ipairs(row) do cells[x] = alive and "#" or "." end
    lines[y] = table.concat(cells)
  end
  return table.concat(lines, "\n")
end

local g = parse(
  ".#...",
  "..#..",
  "###..",
  "....."
)
for generation = 1, 2 do
  g = step(g)
  print("generation", generation)
  print(show(g))
end

-- endless: only living cells are kept
local function evolve(cells)
  local counts, nextcells = {}, {}
  for key in pairs(cells) do
    local x, y = key:match("(-?%d+),(-?%d+)")
    for dx = -1, 1 do for dy = -1, 1 do
      local k = (x + dx) // 1 | 0
      k = k .. "," .. math.tointeger(y + dy)
      counts[k] = (counts[k] or 0) + ((dx ~= 0 or dy ~= 0) and 1 or 0)
    end end
  end
  for k, n in pairs(counts) do if n == 3 or n == 2 and cells[k] then nextcells[k] = true end end
  return nextcells
end
local cells = { ["-1,0"] = true, ["0,0"] = true, ["1,0"] = true }
for i = 1, 2 do
  cells = evolve(cells)
  local keys = {}
  for k in pairs(cells) do keys[#keys + 1] = k end
  table.sort(keys)
  print(i, table.concat(keys, " "))
end

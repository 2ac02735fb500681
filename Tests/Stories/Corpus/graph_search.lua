-- graph algorithms: breadth first, depth first, topological sort with cycles, shortest paths
local graph = {
  a = { "b", "c" }, b = { "d" }, c = { "d", "e" }, d = { "f" }, e = { "f" }, f = {},
}
local function sorted_keys(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys)
  return keys
end

local function bfs(start)
  local seen, order, queue = { [start] = true }, {}, { start }
  while #queue > 0 do
    local node = table.remove(queue, 1)
    order[#order + 1] = node
    for _, n in ipairs(graph[node]) do
      if not seen[n] then
        seen[n] = true
        queue[#queue + 1] = n
      end
    end
  end
  return table.concat(order, " ")
end

local function paths(from, to)
  return coroutine.wrap(function()
    local path = {}
    local function walk(node)
      path[#path + 1] = node
      if node == to then
        coroutine.yield(table.concat(path, ">"))
      else
        for _, n in ipairs(graph[node]) do walk(n) end
      end
      path[#path] = nil
    end
    walk(from)
  end)
end

local function toposort(g)
  local order, state = {}, {}
  local function visit(node, via)
    if state[node] == "open" then error({ cycle = via .. " -> " .. node }) end
    if state[node] then return end
    state[node] = "open"
    for _, n in ipairs(g[node] or {}) do visit(n, node) end
    state[node] = "done"
    table.insert(order, 1, node)
  end
  for _, k in ipairs(sorted_keys(g)) do visit(k, "start") end
  return table.concat(order, " ")
end

print(bfs("a"), bfs("c"))
for p in paths("a", "f") do print(p) end
print(toposort(graph))
local ok, err = pcall(toposort, { x = { "y" }, y = { "z" }, z = { "x" } })
print(ok, err.cycle)

-- Dijkstra without a heap
local roads = { A = { B = 4, C = 1 }, B = { D = 1 }, C = { B = 2, D = 5 }, D = {} }
local dist, done, previous = { A = 0 }, {}, {}
while true do
  local best
  for _, k in ipairs(sorted_keys(dist)) do
    if not done[k] and (not best or dist[k] < dist[best]) then best = k end
  end
  if not best then break end
  done[best] = true
  for _, n in ipairs(sorted_keys(roads[best])) do
    local d = dist[best] + roads[best][n]
    if not dist[n] or d < dist[n] then dist[n], previous[n] = d, best end
  end
end
for _, k in ipairs(sorted_keys(dist)) do print(k, dist[k], previous[k]) end
return dist.D

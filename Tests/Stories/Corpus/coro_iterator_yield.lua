-- iterators that yield to a scheduler from inside a generic for, and tree walks by yield
local function slow_ipairs(t)
  local function step(list, i)
    coroutine.yield("tick")
    i = i + 1
    if list[i] ~= nil then return i, list[i] end
  end
  return step, t, 0
end

local worker = coroutine.create(function()
  local sum = 0
  for i, v in slow_ipairs { 10, 20, 30 } do
    sum = sum + i * v
    if i == 2 then coroutine.yield("half " .. sum) end
  end
  return "sum " .. sum
end)

while true do
  local ok, what = coroutine.resume(worker)
  print(ok, what)
  if coroutine.status(worker) == "dead" then break end
end

-- in-order walk of a binary tree
local function insert(node, key)
  if not node then return { key = key } end
  if key < node.key then
    node.left = insert(node.left, key)
  else
    node.right = insert(node.right, key)
  end
  return node
end
local function walk(node)
  if node then
    walk(node.left)
    coroutine.yield(node.key)
    walk(node.right)
  end
end
local function tree(...)
  local root
  for _, k in ipairs { ... } do root = insert(root, k) end
  return root
end
local function each(root) return coroutine.wrap(function() walk(root) end) end

local keys = {}
for k in each(tree(5, 2, 8, 1, 9, 3)) do keys[#keys + 1] = k end
print(table.concat(keys, " "))

-- same fringe
local function same(a, b)
  local x, y = each(a), each(b)
  repeat
    local p, q = x(), y()
    if p ~= q then return false, p, q end
  until p == nil
  return true
end
print(same(tree(1, 2, 3, 4), tree(4, 3, 2, 1)))
print(same(tree(1, 2, 3), tree(1, 5, 3)))

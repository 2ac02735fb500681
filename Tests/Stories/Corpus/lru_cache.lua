-- an LRU cache with a doubly linked list, eviction callbacks and a trace of its state
local LRU = {}
LRU.__index = LRU

function LRU.new(capacity, on_evict)
  local head, tail = {}, {}
  head.next, tail.prev = tail, head
  return setmetatable({
    capacity = capacity, size = 0, map = {},
    head = head, tail = tail,
    on_evict = on_evict or function() end,
  }, LRU)
end

local function unlink(node)
  node.prev.next, node.next.prev = node.next, node.prev
end

function LRU:front(node)
  local second = self.head.next
  self.head.next, node.prev = node, self.head
  node.next, second.prev = second, node
end

function LRU:get(key)
  local node = self.map[key]
  if not node then return nil end
  unlink(node)
  self:front(node)
  return node.value
end

function LRU:put(key, value)
  local node = self.map[key]
  if node then
    node.value = value
    unlink(node)
  else
    if self.size == self.capacity then
      local last = self.tail.prev
      unlink(last)
      self.map[last.key] = nil
      self.size = self.size - 1
      self.on_evict(last.key, last.value)
    end
    node = { key = key, value = value }
    self.map[key] = node
    self.size = self.size + 1
  end
  self:front(node)
end

function LRU:__tostring()
  local parts, node = {}, self.head.next
  while node ~= self.tail do
    parts[#parts + 1] = node.key .. "=" .. tostring(node.value)
    node = node.next
  end
  return "{" .. table.concat(parts, " ") .. "}"
end

local evicted = {}
local cache = LRU.new(3, function(k, v) evicted[#evicted + 1] = k .. v end)
for _, step in ipairs {
  { "put", "a", 1 }, { "put", "b", 2 }, { "put", "c", 3 }, { "get", "a" }, { "put", "d", 4 },
  { "get", "b" }, { "put", "a", 10 }, { "put", "e", 5 }, { "get", "c" }, { "put", "f", 6 },
} do
  local op, key, value = table.unpack(step)
  local result = cache[op](cache, key, value)
  print(op, key, value, result, tostring(cache))
end
print(table.concat(evicted, " "), cache.size)
return cache.size, #evicted

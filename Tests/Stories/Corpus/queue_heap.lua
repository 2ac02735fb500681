-- a circular queue, a binary heap with a comparator, heap sort and a priority queue simulation
local Queue = {}
Queue.__index = Queue
function Queue.new(size) return setmetatable({ size = size, head = 0, count = 0 }, Queue) end
function Queue:push(v)
  if self.count == self.size then return false, "full" end
  self[(self.head + self.count) % self.size + 1] = v
  self.count = self.count + 1
  return true
end
function Queue:pop()
  if self.count == 0 then return nil, "empty" end
  local v = self[self.head + 1]
  self[self.head + 1] = nil
  self.head = (self.head + 1) % self.size
  self.count = self.count - 1
  return v
end

local q = Queue.new(3)
print(q:push(1), q:push(2), q:push(3))
print(q:push(4))
print(q:pop(), q:pop(), q:push(5), q:push(6), q:pop(), q:pop(), q:pop())
print(q:pop())

local Heap = {}
Heap.__index = Heap
function Heap.new(less)
  return setmetatable({ less = less or function(a, b) return a < b end, n = 0 }, Heap)
end
function Heap:push(v)
  self.n = self.n + 1
  local i = self.n
  while i > 1 do
    local parent = i // 2
    if not self.less(v, self[parent]) then break end
    self[i] = self[parent]
    i = parent
  end
  self[i] = v
end
function Heap:pop()
  if self.n == 0 then return nil end
  local top, last = self[1], self[self.n]
  self[self.n] = nil
  self.n = self.n - 1
  local i = 1
  while true do
    local child = 2 * i
    if child > self.n then break end
    if child < self.n and self.less(self[child + 1], self[child]) then child = child + 1 end
    if not self.less(self[child], last) then break end
    self[i] = self[child]
    i = child
  end
  if self.n > 0 then self[i] = last end
  return top
end

local h = Heap.new()
for _, v in ipairs { 5, 3, 8, 1, 9, 2, 7 } do h:push(v) end
local sorted = {}
for v in function() return h:pop() end do sorted[#sorted + 1] = v end
print(table.concat(sorted, " "))

-- events in time order, each may schedule more
local events = Heap.new(function(a, b)
  if a.at ~= b.at then return a.at < b.at end
  return a.name < b.name
end)
events:push { at = 3, name = "tea" }
events:push { at = 1, name = "wake", again = 2 }
events:push { at = 3, name = "eat" }
while events.n > 0 do
  local e = events:pop()
  print(e.at, e.name)
  if e.again and e.at < 6 then events:push { at = e.at + e.again, name = e.name, again = e.again } end
end
return #sorted, h.n

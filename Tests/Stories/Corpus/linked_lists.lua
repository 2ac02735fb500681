-- linked lists: iteration, reversal, merging, merge sort, cycle detection
local function list(...)
  local head
  for i = select("#", ...), 1, -1 do
    head = { value = (select(i, ...)), next = head }
  end
  return head
end

local function each(l)
  return function(_, node)
    if node == nil then node = l else node = node.next end
    return node
  end
end

local function show(l)
  local out = {}
  for node in each(l) do out[#out + 1] = tostring(node.value) end
  return "(" .. table.concat(out, " ") .. ")"
end

local function reverse(l)
  local r
  while l do
    l.next, r, l = r, l, l.next
  end
  return r
end

local function merge(a, b)
  local dummy = {}
  local tail = dummy
  while a and b do
    if a.value <= b.value then
      tail.next, a = a, a.next
    else
      tail.next, b = b, b.next
    end
    tail = tail.next
  end
  tail.next = a or b
  return dummy.next
end

local function mergesort(l)
  if not l or not l.next then return l end
  local slow, fast = l, l.next
  while fast and fast.next do
    slow, fast = slow.next, fast.next.next
  end
  local second = slow.next
  slow.next = nil
  return merge(mergesort(l), mergesort(second))
end

local function has_cycle(l)
  local slow, fast = l, l
  while fast and fast.next do
    slow, fast = slow.next, fast.next.next
    if slow == fast then return true end
  end
  return false
end

print(show(list()), show(list(1)), show(list(1, 2, 3)))
print(show(reverse(list(1, 2, 3, 4))))
print(show(merge(list(1, 4, 6), list(2, 3, 7, 8))))
print(show(mergesort(list(5, 2, 9, 1, 5, 6, 3))))
local ring = list(1, 2, 3, 4)
ring.next.next.next.next = ring.next
print(has_cycle(ring), has_cycle(list(1, 2, 3)), has_cycle(nil))
return show(reverse(mergesort(list(3, 1, 2))))

-- table.insert, remove, concat, move, unpack and pack, plain and through metamethods
local function show(label, t) print(label, #t, table.concat(t, ",")) end

local t = {}
table.insert(t, "b")
table.insert(t, 1, "a")
table.insert(t, #t + 1, "d")
table.insert(t, 3, "c")
show("insert", t)
print(table.remove(t), table.remove(t, 1), table.remove(t, #t + 1), table.remove({}), table.remove({}, 0))
show("remove", t)
while #t > 0 do table.remove(t, 1) end
show("emptied", t)

-- remove while walking backwards
local n = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }
for i = #n, 1, -1 do
  if n[i] % 3 == 0 then table.remove(n, i) end
end
show("no threes", n)

print(table.concat({}, "x"), table.concat({ 1 }, "x"), table.concat({ 1, 2.5, "z" }, ", "))
print(table.concat({ "a", "b", "c", "d" }, "-", 2, 3), table.concat({ 1, 2 }, ",", 3))

-- move: to another place, overlapping both ways, to another table
local m = { 1, 2, 3, 4, 5 }
show("forward", table.move(m, 1, 3, 2))
show("backward", table.move({ 1, 2, 3, 4, 5 }, 2, 5, 1))
show("copy", table.move({ 7, 8, 9 }, 1, 3, 1, {}))
show("append", table.move({ 7, 8 }, 1, 2, 3, { 5, 6 }))
show("nothing", table.move({ 1 }, 1, 0, 5))

print(table.unpack({ 1, 2, 3 }))
print(table.unpack({ 1, 2, 3 }, 2, 5))
print(table.unpack({}, 1, 2))

-- metamethods are respected
local log = {}
local backing = { 3, 1, 2 }
local proxy = setmetatable({}, {
  __index = function(_, k) log[#log + 1] = "r" .. k return backing[k] end,
  __newindex = function(_, k, v) log[#log + 1] = "w" .. k backing[k] = v end,
  __len = function() log[#log + 1] = "#" return #backing end,
})
table.insert(proxy, 1, 9)
print(table.concat(log, " "))
log = {}
print(table.remove(proxy), table.concat(log, " "))
log = {}
table.sort(proxy)
print(table.concat(backing, " "), #log > 0)
print(table.concat(proxy, ","), (table.unpack(proxy)))
print(#table.move(proxy, 1, 3, 1, {}))

-- a stack, a deque with two indexes, a set and an inverted table
local deque = { first = 1, last = 0 }
for i = 1, 4 do deque.last = deque.last + 1; deque[deque.last] = i end
for i = 1, 2 do deque.first = deque.first - 1; deque[deque.first] = -i end
local parts = {}
for i = deque.first, deque.last do parts[#parts + 1] = deque[i] end
print(table.concat(parts, " "), deque.first, deque.last)
local inverted = {}
for i, name in ipairs { "x", "y", "z" } do inverted[name] = i end
print(inverted.x, inverted.y, inverted.z, next({}), rawlen({ 1, 2 }))
return #parts

-- multiple assignment: swaps, evaluation before assignment, extra values, nested calls with a log
local log = {}
local function v(name, value)
  log[#log + 1] = name
  return value
end
local function flush(label)
  print(label, table.concat(log, " "))
  log = {}
end

local a, b = 1, 2
a, b = b, a
print(a, b)

local t = { 1, 2, 3 }
t[1], t[2], t[3] = t[3], t[1], t[2]
print(t[1], t[2], t[3])

-- the index is evaluated before the assignment
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])

-- the table itself is replaced in the same statement
local list = { name = "old" }
local old = list
list, list.name = { name = "new" }, "renamed"
print(list.name, old.name)

-- right hand sides run left to right
local x, y, z = v("one", 1), v("two", 2), v("three", 3), v("extra", 4)
flush("right")

-- functions give all their values only at the end
local function two() return v("two-a", "A"), v("two-b", "B") end
local p, q, r = two(), two()
print(p, q, r)
flush("calls")
local s, u = (two())
print(s, u)
flush("parens")

-- proxies record the stores
local stores = {}
local proxy = setmetatable({}, {
  __newindex = function(_, k, val) stores[#stores + 1] = k .. "=" .. tostring(val) end,
})
proxy.a, proxy.b, proxy.c = 1, nil
table.sort(stores)
print(table.concat(stores, " "))

-- fibonacci and gcd by simultaneous assignment
local f, g = 0, 1
for _ = 1, 20 do f, g = g, f + g end
print(f)
local m, n = 1071, 462
while n ~= 0 do m, n = n, m % n end
print(m)

-- locals on the right are the outer ones
local w = 5
local w, w2 = w + 1, w
print(w, w2)
do
  local w = (function() return w * 2 end)()
  print(w)
end
return a, b, i

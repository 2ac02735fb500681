-- __eq, __lt, __le, the __le that falls back to not __lt, and results turned to booleans
local calls = {}
local function mark(name) calls[#calls + 1] = name end

local mt = {}
mt.__eq = function(a, b) mark("eq"); return a.v == b.v end
mt.__lt = function(a, b) mark("lt"); return a.v < b.v end
mt.__le = function(a, b) mark("le"); return a.v <= b.v end
local function box(v) return setmetatable({ v = v }, mt) end

local one, uno, two = box(1), box(1), box(2)
print(one == uno, one ~= uno, one == two, one == one)
print(one < two, one > two, one <= uno, two >= one)
print(rawequal(one, uno), one == 1)
print(table.concat(calls, " "))

-- without __le, a <= b asks not (b < a)
local half = { __lt = function(a, b) mark("half-lt"); return a.v < b.v end }
local p, q = setmetatable({ v = 1 }, half), setmetatable({ v = 2 }, half)
calls = {}
print(p <= q, p >= q, q <= p, p <= p)
print(table.concat(calls, " "))

-- any true value becomes true, nil becomes false
local odd = {
  __eq = function() return "yes" end,
  __lt = function() return nil end,
  __le = function() return 0 end,
}
local m, n = setmetatable({}, odd), setmetatable({}, odd)
print(m == n, m < n, m <= n)

-- mixed with a number the handler of the table is used
local any = { __lt = function(a, b)
  return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b)
end }
local five = setmetatable({ v = 5 }, any)
print(five < 6, 6 < five, 4 < five)

print(pcall(function() return {} < {} end))
print(pcall(function() return {} < 1 end))
print(pcall(function() return "1" < 2 end))
print(pcall(function() return nil <= false end))
local bad = setmetatable({}, { __eq = function() error("no equality here") end })
print(pcall(function() return bad == {} end))

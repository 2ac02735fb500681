-- comparators that raise errors, and the "invalid order function" complaint
local function try(label, t, cmp)
  local ok, err = pcall(table.sort, t, cmp)
  if type(err) == "table" then
    err = "table:" .. tostring(err.code)
  end
  print(label, ok, err)
end

try("error string", { 3, 2, 1 }, function(a, b)
  error("cannot compare " .. math.min(a, b), 0)
end)

try("error with position", { 3, 2, 1 }, function()
  error("positioned")
end)

try("error table", { 3, 2, 1 }, function()
  error({ code = 42 })
end)

local calls = 0
try("error on third call", { 9, 8, 7, 6, 5 }, function(a, b)
  calls = calls + 1
  if calls == 3 then error("third call", 0) end
  return a < b
end)
print("calls", calls)

try("always true", { 1, 2, 3, 4, 5, 6 }, function() return true end)
try("not strict", { 1, 1, 1, 1, 1 }, function(a, b) return a <= b end)
try("mixed types", { 1, "x", 2 }, nil)
try("two tables", { {}, {} }, nil)
try("nil field", { { k = 1 }, {}, { k = 2 } }, function(a, b) return a.k < b.k end)
try("not a function", { 2, 1 }, 17)
try("not a table", 5)
try("empty is fine", {}, function() error("never called") end)
try("single is fine", { 1 }, function() error("never called") end)

-- after an error the table still holds the same elements
local t = { 5, 3, 4, 1, 2 }
local n = 0
pcall(table.sort, t, function(a, b)
  n = n + 1
  if n > 4 then error("stop") end
  return a < b
end)
local sum = 0
for _, v in ipairs(t) do sum = sum + v end
print("sum kept", sum, #t)

-- assert: results passed through, default and custom messages, non-string messages
print(assert(1, "unused", "extra"))
print(select("#", assert(true, nil, nil)))
print(pcall(assert, false))
print(pcall(assert, nil))
print(pcall(assert))
print(pcall(assert, false, "custom message"))
print(pcall(assert, nil, 42))
print(pcall(assert, false, nil))

local object = { why = "table message" }
local ok, err = pcall(assert, false, object)
print(ok, err == object, err.why)
print(pcall(assert, nil, true))

local ok2, err2 = pcall(assert, false, setmetatable({}, {
  __tostring = function() return "as text" end,
}))
print(ok2, type(err2), tostring(err2))

-- no position is added, unlike error
local function checked(x)
  assert(type(x) == "number", "x has to be a number")
  assert(x >= 0)
  return x
end
print(pcall(checked, 5))
print(pcall(checked, "5"))
print(pcall(checked, -5))

-- the idiom of nil plus message
local function half(n)
  if n % 2 ~= 0 then
    return nil, n .. " is odd"
  end
  return n // 2
end
print(assert(half(10)))
print(pcall(function()
  return assert(half(assert(half(10))))
end))

-- arguments are evaluated even when the assertion holds
local evaluated = 0
local function message()
  evaluated = evaluated + 1
  return "never seen"
end
for i = 1, 3 do assert(i, message()) end
print("evaluated", evaluated)
print(pcall(load("assert(1 == 2, 'from a chunk')")))
return assert("last", "value")

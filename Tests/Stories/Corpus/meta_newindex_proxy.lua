-- __newindex for read-only tables, proxies that record writes, and defaults
local function readonly(t)
  return setmetatable({}, {
    __index = t,
    __newindex = function(_, k, v)
      error(("attempt to set '%s' to %s"):format(k, tostring(v)), 2)
    end,
    __len = function() return #t end,
  })
end

local days = readonly { "Mon", "Tue", "Wed" }
print(days[1], days[3], #days)
print(pcall(function()
  days[2] = "Sunday"
end))
print((pcall(rawset, days, 2, "raw")))
print(rawget(days, 2), days[2])

-- a proxy keeping a journal
local journal = {}
local function track(t)
  local proxy = {}
  return setmetatable(proxy, {
    __index = function(_, k)
      journal[#journal + 1] = "get " .. k
      return t[k]
    end,
    __newindex = function(_, k, v)
      journal[#journal + 1] = "set " .. k .. "=" .. tostring(v)
      t[k] = v
    end,
  })
end
local p = track({ x = 1 })
p.x = p.x + 1
p.y = p.x * 10
p.x, p.y = p.y, p.x
for i, line in ipairs(journal) do print(i, line) end

-- __newindex as a table redirects the store
local store = {}
local redirect = setmetatable({}, { __newindex = store })
redirect.a = "kept elsewhere"
print(rawget(redirect, "a"), store.a)

-- an existing key does not fire __newindex
local fired = 0
local t = setmetatable({ old = 1 }, {
  __newindex = function(s, k, v) fired = fired + 1; rawset(s, k, v) end,
})
t.old = 2; t.new = 1; t.new = 2; t.new = nil; t.new = 3
print("fired", fired)
return #journal

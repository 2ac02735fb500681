-- __index as table and as function, in chains, with rawget and with errors in the middle
local log = {}
local function note(s) log[#log + 1] = s end

local base = setmetatable({ color = "red" }, {
  __index = function(t, k)
    note("base:" .. k)
    if k == "boom" then
      error("no field '" .. k .. "'", 2)
    end
    return k .. "!"
  end,
})
local middle = setmetatable({ size = 10 }, { __index = base })
local top = setmetatable({}, {
  __index = function(t, k)
    note("top:" .. tostring(k))
    return middle[k]
  end,
})

print(top.size, top.color, top.missing)
print(rawget(top, "size"), rawget(middle, "color"))

local ok, err = pcall(function()
  local x = top.boom
  return x
end)
print(ok, err)
print(table.concat(log, " "))

-- a chain of a dozen tables
local link = { deep = "found" }
for i = 1, 12 do
  link = setmetatable({ ["n" .. i] = i }, { __index = link })
end
print(link.deep, link.n1, link.n12, link.n13)

-- a loop in the chain is found out
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
local ok2, err2 = pcall(function() return a.anything end)
print(ok2, (err2:find("loop", 1, true) ~= nil))

-- lazily computed fields
local lazy = setmetatable({}, {
  __index = function(t, n)
    local v = n < 2 and n or t[n - 1] + t[n - 2]
    rawset(t, n, v)
    return v
  end,
})
print(lazy[15], rawget(lazy, 14))
return lazy[10]

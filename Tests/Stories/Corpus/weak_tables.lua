-- weak values, weak keys and fully weak tables after explicit collections
local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end

local values = setmetatable({}, { __mode = "v" })
local strong = {}
local function fill()
  for i = 1, 6 do
    local object = { i }
    values[i] = object
    if i % 2 == 0 then strong[#strong + 1] = object end
  end
end
fill()
collectgarbage()
collectgarbage()
for i = 1, 6 do print(i, values[i] and values[i][1]) end
strong = {}
collectgarbage()
print("values left", count(values))

-- strings, numbers and booleans are not removed
values.s, values.n, values.b = "text", 42, true
collectgarbage()
print("plain values", count(values), values.s, values.n, values.b)

-- weak keys
local keys = setmetatable({}, { __mode = "k" })
local kept = {}
do
  local temporary = {}
  keys[temporary] = "gone soon"
  keys[kept] = "stays"
  keys["name"] = {}
  temporary = nil
end
collectgarbage()
print("keys left", count(keys), keys[kept], type(keys.name))

-- both
local both = setmetatable({}, { __mode = "kv" })
do
  local k, v = {}, {}
  both[k] = v
  both[1] = v
  both[kept] = kept
  k = nil
  collectgarbage()
  print("value alone", count(both), both[1] == v)
  v = nil
end
collectgarbage()
print("both", count(both), both[kept] == kept)

-- an array of functions in weak values: closures with upvalues die
local fns = setmetatable({}, { __mode = "v" })
do
  local n = 0
  fns[1] = function() n = n + 1 return n end
end
collectgarbage()
print("closure", fns[1])
local left = count(both)
return left, kept ~= nil

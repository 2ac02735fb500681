-- objects brought back to life by their finalizer, re-marked, and finalized again
collectgarbage("stop")
local grave = {}
local visits = 0
local mt = {}
mt.__gc = function(o)
  visits = visits + 1
  o.lives = o.lives - 1
  if o.lives > 0 then
    grave.saved = o
    setmetatable(o, mt)
  end
end

grave.saved = setmetatable({ lives = 3, data = "payload" }, mt)
for round = 1, 5 do
  grave.saved = nil
  collectgarbage()
  local o = grave.saved
  print(round, visits, o and o.lives, o and o.data)
  o = nil
end

-- resurrected without a new mark: finalized only once
local once, back = 0, nil
local holder = { setmetatable({}, { __gc = function(o) once = once + 1; back = o end }) }
holder = nil
collectgarbage()
print("once", once, back ~= nil)
back = nil
collectgarbage()
print("once", once, back)

-- a finalizer that makes another finalizable object
local chain = {}
local function link(n)
  return setmetatable({}, {
    __gc = function()
      chain[#chain + 1] = n
      if n > 1 then link(n - 1) end
    end,
  })
end
do
  local first = { link(4) }
  first = nil
end
for i = 1, 6 do collectgarbage() end
print("chain", table.concat(chain, " "))

-- finalizer of an object in a cycle, and of a closure's environment
local cyc = {}
do
  local x, y = { name = "x" }, { name = "y" }
  x.other, y.other = y, x
  local m = { __gc = function(o) cyc[#cyc + 1] = o.name .. "->" .. o.other.name end }
  setmetatable(x, m)
  setmetatable(y, m)
  x, y = nil, nil
end
collectgarbage()
print(table.concat(cyc, ", "))
collectgarbage("restart")
return visits

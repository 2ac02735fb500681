local tax = 2
Order = {}
Order.__index = Order

local function price(item, count)
  local sum = item.price * count + tax
  return sum, item.name
end

function Order.new(...)
  return setmetatable({items = {...}, total = 0}, Order)
end

function Order:add(item, count)
  local sum = price(item, count)
  self.total = self.total + sum
  return self
end

local stock = {
  {name = "pen", price = 3},
  {name = "ink", price = 5},
  {name = "\27[31mred", price = 7},
}

local walker = coroutine.create(function(list)
  for index, item in ipairs(list) do
    coroutine.yield(index, item)
  end
  return "walked"
end)

currency = "EUR"
local order = Order.new("first")
for count = 1, 3 do
  local _, index, item = coroutine.resume(walker, stock)
  order:add(item, count)
end
return order.total, currency, ...

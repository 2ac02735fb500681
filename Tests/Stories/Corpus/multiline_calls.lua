-- calls, argument lists, method chains, tables and conditions spread over several lines
local function show(
  first,
  second,
  ...
)
  print(
    first,
    second,
    select(
      "#",
      ...
    )
  )
  return first
end

show(
  1,
  2,
  3,
  4
)

local chain = {
  value = 0,
  add = function(self, n)
    self.value = self.value + n
    return self
  end,
  times = function(self, n)
    self.value = self.value * n
    return self
  end,
}

print(
  chain
    :add(1)
    :add(
      show("nested", "call")
        == "nested"
      and 10
      or 20
    )
    :times(2)
    .value
)

local total =
  1
  + 2
  * 3
  - (
    4
    / 2
  )
print(total)

if total > 1
  and total < 10
  or error(
    "not reached"
  )
then
  print("condition over lines")
end

return
  chain.value,
  total

-- table.sort with default order, reversed order, several keys and a counting comparator
local function show(label, t)
  print(label, table.concat(t, " "))
end

local numbers = { 5, 2, 8, 1, 9, 3, 7, 4, 6, 0 }
table.sort(numbers)
show("ascending", numbers)

table.sort(numbers, function(a, b) return a > b end)
show("descending", numbers)

local words = { "pear", "fig", "banana", "kiwi", "apple", "plum", "date" }
table.sort(words, function(a, b)
  if #a ~= #b then
    return #a < #b
  end
  return a < b
end)
show("by length", words)

local people = {
  { name = "Eve", age = 31 },
  { name = "Bob", age = 25 },
  { name = "Ann", age = 31 },
  { name = "Dan", age = 25 },
  { name = "Cid", age = 40 },
}
local compared = 0
table.sort(people, function(p, q)
  compared = compared + 1
  if p.age == q.age then return p.name < q.name end
  return p.age > q.age
end)
for i, p in ipairs(people) do
  print(i, p.name, p.age)
end
print("compared at all", compared > 0)

-- mixed integers and floats order by value
local mixed = { 2, 1.5, -0.5, 3, 2.25, -7 }
table.sort(mixed)
show("mixed", mixed)

-- tables with __lt need no comparator
local mt = { __lt = function(a, b) return a.rank < b.rank end }
local cards = {}
for i, r in ipairs { 3, 1, 2 } do cards[i] = setmetatable({ rank = r }, mt) end
table.sort(cards)
print(cards[1].rank, cards[2].rank, cards[3].rank)
return numbers[1], words[1], people[1].name

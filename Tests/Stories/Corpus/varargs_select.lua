-- varargs: select, holes, table.pack and unpack, passing on, main chunk varargs
local function count(...) return select("#", ...) end
print(count(), count(nil), count(nil, nil), count(1, nil, 3, nil))
print(count(table.unpack({}, 1, 5)), count((table.unpack { 1, 2, 3 })))

local function last(...)
  local n = select("#", ...)
  if n == 0 then return "none" end
  return (select(n, ...))
end
print(last(), last(nil), last(1, 2, nil), last("a", "b"))
print(select(2, "a", "b", "c"))
print(select(-1, "a", "b", "c"), (select(-2, "a", "b", "c")))
print(pcall(select, 0))
print(pcall(select, -4, "a", "b", "c"))

local packed = table.pack(nil, 2, nil)
print(packed.n, packed[1], packed[2], packed[3])
print(table.unpack(packed, 1, packed.n))
print(table.unpack({ 1, 2, 3 }, 2))
print(table.unpack({ 1, 2, 3 }, -1, 1))

-- adjusting in the middle and at the end of lists
local function three() return 1, 2, 3 end
local t = { three(), three() }
print(#t, three(), (three()))
print(#{ three(), 5 }, #{ 5, three() }, #{ (three()) })
local a, b, c, d = three()
print(a, b, c, d)
local e, f = (three())
print(e, f)

-- sums by recursion over the argument list
local function sum(first, ...)
  if first == nil then return 0 end
  return first + sum(...)
end
print(sum(1, 2, 3, 4, 5), sum(1, nil, 3))

-- map over varargs keeps holes
local function map(f, ...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = f(r[i]) end
  return table.unpack(r, 1, r.n)
end
print(map(tostring, 1, nil, false, "x"))

-- partial application, with nils on both sides
local function bind(f, ...)
  local bound = table.pack(...)
  return function(...)
    local all = {}
    for i = 1, bound.n do all[i] = bound[i] end
    local more = select("#", ...)
    for i = 1, more do
      all[bound.n + i] = (select(i, ...))
    end
    return f(table.unpack(all, 1, bound.n + more))
  end
end
print(bind(count, nil, 1)(nil, nil))
print(bind(string.format, "%s-%s-%s", "x")("y", "z"))
print("main chunk", select("#", ...))
print(load("return select('#', ...), ...")(7, nil, 8))
return count(nil, nil, nil), last(1, 2)

-- __call: functors, curried adders, tail calls through __call, and calls that cannot be made
local Counter = {}
Counter.__index = Counter
Counter.__call = function(self, step)
  self.n = self.n + (step or 1)
  return self.n
end
setmetatable(Counter, {
  __call = function(class, start)
    return setmetatable({ n = start }, class)
  end,
})

local c = Counter(10)
print(c(), c(5), c())

-- curry by returning callable tables
local function adder(total)
  return setmetatable({}, {
    __call = function(_, x)
      if x == nil then return total end
      return adder(total + x)
    end,
  })
end
print(adder(0)(1)(2)(3)(4)())

-- varargs pass through
local pack = setmetatable({}, {
  __call = function(self, ...)
    return select("#", ...), ...
  end,
})
print(pack(nil, 1, nil))

-- callable objects where a function is wanted
local double = setmetatable({}, { __call = function(_, x) return x * 2 end })
print(pcall(double, 21))
local co = pcall(coroutine.create, double)
print("coroutine from callable", co)
print(pcall(string.gsub, "abc", "b", double))

-- tail call of a callable
local function go(n)
  return double(n)
end
print(go(4))

-- iterating with a callable iterator
local range = setmetatable({}, {
  __call = function(_, limit, i)
    if i < limit then return i + 1 end
  end,
})
for i in range, 3, 0 do
  print("i", i)
end

print(pcall(function() local t = {}; t() end))
print(pcall(function() local t = { f = {} }; t.f.g() end))
print(pcall(setmetatable({}, { __call = 5 })))

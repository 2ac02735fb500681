-- lazy streams whose tail is a function called once through __index, with filters, zips and primes
local forced = 0
local function cons(h, tail)
  return setmetatable({ head = h }, { __index = function(s, k)
    if k == "tail" then
      forced = forced + 1
      local t = tail()
      rawset(s, "tail", t)
      return t
    end
  end })
end
local function from(n) return cons(n, function() return from(n + 1) end) end
local function where(p, s)
  while not p(s.head) do s = s.tail end
  return cons(s.head, function() return where(p, s.tail) end)
end
local function map(f, s)
  return cons(f(s.head), function() return map(f, s.tail) end)
end
local function zip(f, a, b)
  return cons(f(a.head, b.head), function() return zip(f, a.tail, b.tail) end)
end
local function take(n, s)
  local out = {}
  for i = 1, n do
    out[i] = s.head
    if i < n then s = s.tail end
  end
  return table.concat(out, " ")
end

local thirds = where(function(n) return n % 3 == 1 end, from(1))
print(take(5, thirds), forced)
print(take(5, thirds), forced)
print(take(6, map(function(n) return n * n end, from(3))))

-- fibonacci numbers defined by themselves
local fibs
fibs = cons(0, function()
  return cons(1, function()
    return zip(function(a, b) return a + b end, fibs, fibs.tail)
  end)
end)
print(take(12, fibs))

-- primes by repeated filtering
local function sieve(s)
  local p = s.head
  return cons(p, function()
    return sieve(where(function(n) return n % p ~= 0 end, s.tail))
  end)
end
print(take(8, sieve(from(2))))

-- a failing stream fails when it is forced, and can be forced again
local attempts = 0
local shaky = cons(1, function()
  attempts = attempts + 1
  if attempts < 3 then error("attempt " .. attempts) end
  return from(100)
end)
for i = 1, 3 do
  print(i, pcall(function() return shaky.tail.head end))
end
return shaky.tail.tail.head, attempts

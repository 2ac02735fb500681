-- the sieve of Eratosthenes, a coroutine sieve, factorization and perfect numbers
local function sieve(n)
  local composite, primes = {}, {}
  for i = 2, n do
    if not composite[i] then
      primes[#primes + 1] = i
      for j = i * i, n, i do composite[j] = true end
    end
  end
  return primes
end

local primes = sieve(100)
print(#primes)
for i = 1, #primes, 9 do
  print(table.concat(primes, " ", i, math.min(i + 8, #primes)))
end

-- each prime found adds a filter
local function gen(n)
  return coroutine.wrap(function()
    for i = 2, n do coroutine.yield(i) end
  end)
end
local function filter(p, source)
  return coroutine.wrap(function()
    while true do
      local n = source()
      if n == nil then return end
      if n % p ~= 0 then coroutine.yield(n) end
    end
  end)
end
local found, source = {}, gen(30)
while true do
  local n = source()
  if n == nil then break end
  found[#found + 1] = n
  source = filter(n, source)
end
print(table.concat(found, ","))

local function factorize(n)
  local factors = {}
  for _, p in ipairs(primes) do
    if p * p > n then break end
    local e = 0
    while n % p == 0 do
      n = n // p
      e = e + 1
    end
    if e > 0 then factors[#factors + 1] = e > 1 and p .. "^" .. e or tostring(p) end
  end
  if n > 1 then factors[#factors + 1] = tostring(n) end
  return table.concat(factors, "*")
end
for _, n in ipairs { 2, 12, 97, 360, 1001, 8192, 9409 } do print(n, factorize(n)) end

local perfect = {}
for n = 2, 30 do
  local sum = 1
  for d = 2, n // 2 do if n % d == 0 then sum = sum + d end end
  if sum == n then perfect[#perfect + 1] = n end
end
return #primes, table.unpack(perfect)

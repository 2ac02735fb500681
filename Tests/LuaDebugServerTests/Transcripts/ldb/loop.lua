-- Sums up, and keeps each sum.
local sum = 0
local function add(n)
  local before = sum
  sum = sum + n
  return before
end
for i = 1, tonumber(ARGV[1]) do
  add(i)
  redis.call('SET', KEYS[1] .. i, sum)
end
local t = {name = 'loop', list = {10, 20, 30}}
t.self = t
redis.debug('sum is', sum)
redis.breakpoint()
return {sum, t.name, redis.call('GET', KEYS[1] .. 2)}

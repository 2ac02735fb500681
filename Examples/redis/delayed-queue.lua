-- A queue of jobs that are to be done later: moves those whose time has come to the list that workers read.
--
-- KEYS[1]  the jobs that wait, a sorted set by time
-- KEYS[2]  the jobs that are ready, a list; workers take them from its right end
-- ARGV     the time in milliseconds, how many jobs are moved at most
-- Returns  {the jobs that were moved, in their order; the time of the next one, or nothing}

local waiting, ready = KEYS[1], KEYS[2]
local now, most = ARGV[1], ARGV[2]

local due = redis.call('ZRANGEBYSCORE', waiting, '-inf', now, 'LIMIT', 0, most)
-- In pieces: unpack puts its values on the stack, where there is not room for any number of them.
for first = 1, #due, 1000 do
    local last = math.min(first + 999, #due)
    redis.call('LPUSH', ready, unpack(due, first, last))
    redis.call('ZREM', waiting, unpack(due, first, last))
end
local following = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')
return {due, following[2]}

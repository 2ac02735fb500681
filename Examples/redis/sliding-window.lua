-- A rate limiter with a sliding window: at most `limit` requests in any `window` milliseconds.
--
-- KEYS[1]  the window, a sorted set of requests by time
-- ARGV     limit, window in milliseconds, the time in milliseconds, a name for the request that no other one has
-- Returns  {1 if the request may be made and 0 if not, how many more, milliseconds until the next may be made}

local requests = KEYS[1]
local limit, window, now, id = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

redis.call('ZREMRANGEBYSCORE', requests, '-inf', now - window)
local count = redis.call('ZCARD', requests)
if count >= limit then
    local oldest = redis.call('ZRANGE', requests, 0, 0, 'WITHSCORES')
    return {0, 0, tonumber(oldest[2]) + window - now}
end
-- Not under the time alone: two requests of one millisecond would be one.
redis.call('ZADD', requests, now, now .. ':' .. id)
redis.call('PEXPIRE', requests, window)
return {1, limit - count - 1, 0}

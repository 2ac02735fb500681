-- A token bucket: a client may spend `capacity` tokens at once, and gets `rate` new ones each second.
--
-- KEYS[1]  the bucket, a hash
-- ARGV     capacity, tokens per second, the time in milliseconds, how many tokens are wanted
-- Returns  {1 if they were granted and 0 if not, whole tokens left, milliseconds until there are enough}

local bucket = KEYS[1]
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local now, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])

local tokens, at = unpack(redis.call('HMGET', bucket, 'tokens', 'at'))
tokens, at = tonumber(tokens) or capacity, tonumber(at) or now

-- With fractions: what is cut off here never comes back.
local elapsed = math.max(0, now - at)
tokens = math.min(capacity, tokens + elapsed * rate / 1000)

local granted, wait = 0, 0
if tokens >= wanted then
    tokens = tokens - wanted
    granted = 1
else
    wait = math.ceil((wanted - tokens) * 1000 / rate)
end

redis.call('HSET', bucket, 'tokens', tokens, 'at', math.max(now, at))
-- A bucket that nobody asks for is full again after that time, which is as good as none.
redis.call('PEXPIRE', bucket, math.ceil(capacity * 1000 / rate))
return {granted, math.floor(tokens), wait}

-- A token bucket with a bug, which docs/redis-tutorial.md finds: some clients never get a token.
--
-- KEYS[1]  the bucket, a hash
-- ARGV     capacity, tokens per second, the time in milliseconds, how many tokens are wanted
-- Returns  {1 if they were granted and 0 if not, whole tokens left, milliseconds until there are enough}

local bucket = KEYS[1]
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local now, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])

local tokens, at = unpack(redis.call('HMGET', bucket, 'tokens', 'at'))
tokens, at = tonumber(tokens) or capacity, tonumber(at) or now

local elapsed = math.max(0, now - at)
local new = math.floor(elapsed * rate / 1000)
tokens = math.min(capacity, tokens + new)

local granted, wait = 0, 0
if tokens >= wanted then
    tokens = tokens - wanted
    granted = 1
else
    wait = math.ceil((wanted - tokens) * 1000 / rate)
end

redis.call('HSET', bucket, 'tokens', tokens, 'at', math.max(now, at))
redis.call('PEXPIRE', bucket, math.ceil(capacity * 1000 / rate))
return {granted, math.floor(tokens), wait}

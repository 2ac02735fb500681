-- Releases a lock, if it is still ours: it may have expired, and somebody else may have it now.
--
-- KEYS[1]  the lock, set by SET key token NX PX milliseconds
-- ARGV     the token that it was set to
-- Returns  1 if it was released, 0 if it was not ours any more

if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0

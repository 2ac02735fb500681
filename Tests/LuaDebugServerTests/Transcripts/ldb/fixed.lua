local value = redis.call('GET', KEYS[1])
return 'fixed: ' .. tostring(value)

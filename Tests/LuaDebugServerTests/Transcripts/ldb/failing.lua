local value = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], 'touched')
return value .. nothing

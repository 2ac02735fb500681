local n = 0
while true do
  pcall(function()
    n = n + 1
    redis.call('INCR', KEYS[1])
  end)
end

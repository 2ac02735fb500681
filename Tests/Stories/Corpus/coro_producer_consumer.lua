-- producer, filter and consumer passing values both ways through resume and yield
local function receive(producer, request)
  local ok, value = coroutine.resume(producer, request)
  assert(ok, value)
  return value
end

local function send(x)
  return coroutine.yield(x)
end

local function producer(items)
  return coroutine.create(function(request)
    local requests = { request }
    for _, item in ipairs(items) do
      requests[#requests + 1] = send(item)
    end
    print("producer served", table.concat(requests, ","))
    return nil
  end)
end

local function numbering(source)
  return coroutine.create(function(request)
    local line = 1
    while true do
      local x = receive(source, request .. "'")
      if x == nil then break end
      request = send(string.format("%02d %s", line, x))
      line = line + 1
    end
    return nil
  end)
end

local function consumer(source)
  local n = 0
  while true do
    n = n + 1
    local x = receive(source, "r" .. n)
    if not x then
      break
    end
    print(x)
  end
  return n - 1
end

local p = producer { "alpha", "beta", "gamma" }
local f = numbering(p)
print("consumed", consumer(f))
print(coroutine.status(p), coroutine.status(f))

-- the consumer drives: ping-pong with many values
local pong = coroutine.wrap(function(...)
  local n = select("#", ...)
  while n > 0 do
    n = select("#", coroutine.yield(n, n * n))
  end
  return "over"
end)
print(pong(1, 2, 3))
print(pong(nil, nil))
print(pong())

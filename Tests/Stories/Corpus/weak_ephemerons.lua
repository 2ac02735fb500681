-- ephemeron tables: values that refer to their own keys, chains, and finalizers with weak tables
local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end

local attributes = setmetatable({}, { __mode = "k" })
local alive = { "alive" }
local function attach()
  local dead = { "dead" }
  attributes[dead] = function() return dead[1] end
  attributes[alive] = function() return alive[1] end
end
attach()
collectgarbage()
collectgarbage()
print(count(attributes), attributes[alive]())

-- a chain of ephemerons held by its first key only
local chain = setmetatable({}, { __mode = "k" })
local head = {}
local function build(n)
  local key = head
  for i = 1, n do
    local following = { i }
    chain[key] = following
    key = following
  end
end
build(10)
collectgarbage()
print("chain", count(chain))
local steps, key = 0, head
while chain[key] do
  key = chain[key]
  steps = steps + 1
end
print("steps", steps)
key = nil
head = nil
collectgarbage()
collectgarbage()
print("chain", count(chain))

-- weak values are cleared before the finalizer runs, weak keys after it
local byvalue = setmetatable({}, { __mode = "v" })
local bykey = setmetatable({}, { __mode = "k" })
local seen
local function register()
  local o = setmetatable({ name = "o" }, {
    __gc = function(self)
      seen = tostring(byvalue[1]) .. " " .. tostring(bykey[self])
    end,
  })
  byvalue[1] = o
  bykey[o] = "still here"
end
register()
collectgarbage()
collectgarbage()
print(seen, count(byvalue), count(bykey))

-- memoize with weak keys does not keep arguments
local cache = setmetatable({}, { __mode = "k" })
local misses = 0
local function size(t)
  local s = cache[t]
  if not s then
    misses = misses + 1
    s = { n = #t }
    cache[t] = s
  end
  return s.n
end
local arg1 = { 1, 2, 3 }
print(size(arg1), size(arg1), size({ 1 }), misses)
collectgarbage()
collectgarbage()
print("cached", count(cache))

-- promises with a microtask queue, chains, failures, and await by coroutines
local queue = {}
local function defer(f, ...)
  local args = table.pack(...)
  queue[#queue + 1] = function() f(table.unpack(args, 1, args.n)) end
end
local function drain()
  local n = 0
  while #queue > 0 do table.remove(queue, 1)() n = n + 1 end
  return n
end

local Promise = {}
Promise.__index = Promise
function Promise.new(executor)
  local self = setmetatable({ state = "pending", waiting = {} }, Promise)
  local function settle(state) return function(v)
    if self.state ~= "pending" then return end
    self.state, self.value = state, v
    for _, w in ipairs(self.waiting) do defer(w[state], v) end
  end end
  local fine, err = pcall(executor, settle("ok"), settle("failed"))
  if not fine then settle("failed")(err) end
  return self
end

function Promise:next(on_ok, on_failed)
  return Promise.new(function(resolve, reject)
    local function handler(f, fallback)
      return function(v)
        if not f then return fallback(v) end
        local fine, r = pcall(f, v)
        if not fine then reject(r)
        elseif getmetatable(r) == Promise then r:next(resolve, reject)
        else resolve(r) end
      end
    end
    local w = { ok = handler(on_ok, resolve), failed = handler(on_failed, reject) }
    if self.state == "pending" then table.insert(self.waiting, w) else defer(w[self.state], self.value) end
  end)
end

local function later(v, rounds)
  return Promise.new(function(resolve)
    local function tick(n) if n == 0 then resolve(v) else defer(tick, n - 1) end end
    tick(rounds)
  end)
end

later(1, 3):next(function(v) print("got", v) return v + 1 end)
  :next(function(v) print("then", v) return later("inner", 2) end)
  :next(function(v) print("flattened", v) error("broke") end)
  :next(function() print("skipped") end)
  :next(nil, function(e) print("caught", e) return "recovered" end)
  :next(print)
print("tasks", drain())

local function async(f)
  return Promise.new(function(resolve, reject)
    local co = coroutine.create(f)
    local function step(...)
      local fine, v = coroutine.resume(co, ...)
      if not fine then return reject(v) end
      if coroutine.status(co) == "dead" then return resolve(v) end
      v:next(function(r) step(true, r) end, function(e) step(false, e) end)
    end
    step()
  end)
end
local function await(p)
  local fine, v = coroutine.yield(p)
  return fine and v or error(v, 0)
end
async(function()
  local sum = 0
  for i = 1, 3 do sum = sum + await(later(i, i)) end
  local ok, e = pcall(await, Promise.new(function() error("rejected", 0) end))
  return sum .. " " .. tostring(ok) .. " " .. e
end):next(print)
drain()

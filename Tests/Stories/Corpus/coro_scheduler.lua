-- a round-robin scheduler with sleeping, message channels and a failing task
local Scheduler = { ready = {}, sleeping = {}, clock = 0, log = {} }

function Scheduler:log_line(fmt, ...)
  self.log[#self.log + 1] = ("%3d "):format(self.clock) .. fmt:format(...)
end

function Scheduler:spawn(name, f, ...)
  local task = { name = name, co = coroutine.create(f), args = table.pack(...) }
  table.insert(self.ready, task)
  return task
end

local function sleep(n) coroutine.yield("sleep", n) end
local function pause() coroutine.yield("pause") end

function Scheduler:run_one(task)
  local args = task.args
  task.args = table.pack()
  local ok, command, n = coroutine.resume(task.co, table.unpack(args, 1, args.n))
  if not ok then
    self:log_line("%s failed: %s", task.name, command)
  elseif coroutine.status(task.co) == "dead" then
    self:log_line("%s finished with %s", task.name, tostring(command))
  elseif command == "sleep" then
    task.wake = self.clock + n
    table.insert(self.sleeping, task)
  else
    table.insert(self.ready, task)
  end
end

function Scheduler:run()
  while #self.ready + #self.sleeping > 0 do
    self.clock = self.clock + 1
    for i = #self.sleeping, 1, -1 do
      if self.sleeping[i].wake <= self.clock then
        table.insert(self.ready, table.remove(self.sleeping, i))
      end
    end
    local batch = self.ready
    self.ready = {}
    for _, task in ipairs(batch) do self:run_one(task) end
  end
end

local channel = {}
Scheduler:spawn("writer", function(count)
  for i = 1, count do
    channel[#channel + 1] = "msg" .. i
    Scheduler:log_line("writer sent %d", i)
    sleep(i)
  end
  return "all sent"
end, 3)
Scheduler:spawn("reader", function()
  local got = 0
  while got < 3 do
    local m = table.remove(channel, 1)
    if m then
      got = got + 1
      Scheduler:log_line("reader got %s", m)
    end
    pause()
  end
end)
Scheduler:spawn("faulty", function()
  sleep(2)
  error("task broke", 0)
end)
Scheduler:run()
for _, line in ipairs(Scheduler.log) do print(line) end
return Scheduler.clock

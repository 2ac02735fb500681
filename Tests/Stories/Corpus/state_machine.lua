-- state machines: a transition table with guards and actions, and a lexer of states as functions
local Machine = {}
Machine.__index = Machine

local function machine(def)
  return setmetatable({ state = def.start, def = def, history = { def.start } }, Machine)
end

function Machine:fire(event, ...)
  local transitions = self.def[self.state]
  local t = transitions and transitions[event]
  if not t then
    return false, ("no '%s' in state '%s'"):format(event, self.state)
  end
  if t.guard and not t.guard(...) then
    return false, "guarded"
  end
  if t.action then t.action(self, ...) end
  self.state = t.to
  self.history[#self.history + 1] = t.to
  return true, self.state
end

local coins = 0
local turnstile = machine {
  start = "locked",
  locked = {
    coin = { to = "unlocked", guard = function(v) return v >= 20 end, action = function(_, v) coins = coins + v end },
    kick = { to = "broken" },
  },
  unlocked = {
    push = { to = "locked" },
    coin = { to = "unlocked", action = function(_, v) coins = coins + v end },
  },
  broken = {},
}
for _, step in ipairs {
  { "push" }, { "coin", 10 }, { "coin", 20 }, { "coin", 5 }, { "push" }, { "kick" }, { "coin", 50 },
} do
  print(step[1], turnstile:fire(table.unpack(step)))
end
print(table.concat(turnstile.history, " > "), coins)

-- a lexer whose states are functions that return the next state
local function lex(input)
  local pos, out = 1, {}
  local start, number, word, done
  local function peek() return input:sub(pos, pos) end
  local function emit(kind, from) out[#out + 1] = kind .. ":" .. input:sub(from, pos - 1) end
  function start()
    local c = peek()
    if c == "" then return done end
    if c:match("%d") then return number end
    if c:match("%a") then return word end
    if not c:match("%s") then out[#out + 1] = "op:" .. c end
    pos = pos + 1
    return start
  end
  function number()
    local from = pos
    while peek():match("[%d.]") do pos = pos + 1 end
    emit("num", from)
    return start
  end
  function word()
    local from = pos
    repeat pos = pos + 1 until not peek():match("%w")
    emit("id", from)
    return start
  end
  local state, transitions = start, 0
  while state ~= done do
    state = state()
    transitions = transitions + 1
  end
  return out, transitions
end
local tokens, n = lex("x1 = 3.14*(y + 42)")
print(table.concat(tokens, " "))
return n, turnstile.state

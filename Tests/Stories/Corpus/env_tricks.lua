-- _ENV as a local, as a parameter, as an upvalue, with metatables, and a setfenv of our own
local print, pcall, setmetatable = print, pcall, setmetatable
local G = _ENV

-- a local _ENV
do
  local _ENV = { answer = 42 }
  print(answer, undefined)
  question = "what?"
  print(_ENV.question)
end
print(question)

-- as a parameter
local function in_env(_ENV)
  total = (a or 0) + (b or 0)
  return total
end
local e = { a = 1, b = 2 }
print(in_env(e), e.total, total)
print(pcall(in_env, nil))

-- a constructor by environment
local function point()
  local _ENV = {}
  x, y = 1, 2
  function norm()
    return x * x + y * y
  end
  return _ENV
end
local p = point()
p.x = 10
print(p.norm(), p.x, x)

-- strict mode
local strict = setmetatable({}, {
  __index = function(_, k)
    local v = G[k]
    if v == nil then G.error("undeclared variable '" .. k .. "'", 2) end
    return v
  end,
  __newindex = function(_, k) G.error("assignment to undeclared '" .. k .. "'", 2) end,
})
do
  local _ENV = strict
  print(type(1), math.max(1, 2))
  print(pcall(function() return undeclared end))
  print(pcall(function() undeclared = 1 end))
end

-- setfenv by joining upvalues
local function setfenv(f, env)
  local i = 1
  while true do
    local name = debug.getupvalue(f, i)
    if name == "_ENV" then
      debug.upvaluejoin(f, i, function() return env end, 1)
      return f
    elseif not name then
      return f
    end
    i = i + 1
  end
end
local function greet() return greeting .. ", " .. name end
setfenv(greet, { greeting = "Hello", name = "env" })
print(greet())
setfenv(greet, { greeting = "Bye", name = "world" })
print(greet())

-- counting global accesses
local reads = {}
local spy = setmetatable({}, { __index = function(_, k) reads[#reads + 1] = k return G[k] end })
local spied = load("return string.upper('x') .. tostring(math.floor(2.5))", "=spied", "t", spy)
print(spied(), table.concat(reads, " "))

-- yielding inside metamethods: arithmetic, concat, comparison, index, newindex, call, len
local function ask(event, ...)
  return coroutine.yield(event, ...)
end
local mt = {
  __add = function(a, b) return ask("add") end,
  __concat = function(a, b)
    return ask("concat " .. (type(a) == "string" and a or "obj") .. " " .. (type(b) == "string" and b or "obj"))
  end,
  __eq = function() return ask("eq") end,
  __lt = function() return ask("lt") end,
  __index = function(_, k) return ask("index " .. k) end,
  __newindex = function(_, k, v) ask("newindex " .. k .. " " .. tostring(v)) end,
  __call = function(_, ...) return ask("call " .. select("#", ...)) end,
  __len = function() return ask("len") end,
  __unm = function() return ask("unm") end,
}

local co = coroutine.create(function()
  local x, y = setmetatable({}, mt), setmetatable({}, mt)
  local r = {}
  r[#r + 1] = x + 1
  r[#r + 1] = "a" .. "b" .. x
  r[#r + 1] = x .. "tail"
  if x == y then r[#r + 1] = "equal" else r[#r + 1] = "different" end
  if x < y then r[#r + 1] = "less" end
  if not (x <= y) then r[#r + 1] = "not less or equal" end
  r[#r + 1] = x.field
  x.field = "value"
  r[#r + 1] = x(1, nil, 3)
  r[#r + 1] = #x
  r[#r + 1] = -x
  while x > y do
    r[#r + 1] = "loop"
  end
  for k in x, "state" do
    r[#r + 1] = "for " .. k
  end
  return table.concat(r, " ")
end)

local answers = {
  "sum", "joined", "joined2", false, true, true, "fieldvalue",
  nil, "called", 7, "negated", true, true, false, "k1", "k2", nil,
}
local ok, event = coroutine.resume(co)
local i = 0
while coroutine.status(co) ~= "dead" do
  i = i + 1
  print(i, event, "->", answers[i])
  ok, event = coroutine.resume(co, answers[i])
end
print(ok, event)
return i

-- finalizers run in reverse order of marking, once each, with setmetatable marking late fields
collectgarbage("stop")
local log = {}
local function finalizable(name)
  return setmetatable({ name = name }, {
    __gc = function(o) log[#log + 1] = o.name end,
  })
end

local function flush(label)
  collectgarbage()
  collectgarbage()
  print(label, #log, table.concat(log, " "))
  log = {}
end

local keep = {}
for i = 1, 5 do keep[i] = finalizable("f" .. i) end
flush("all alive")
keep = nil
flush("released")
flush("not again")

-- __gc added to the metatable after setmetatable does not count
local late = {}
keep = { setmetatable({ name = "late" }, late) }
late.__gc = function(o) log[#log + 1] = o.name end
keep[2] = setmetatable({ name = "early" }, late)
keep = nil
flush("late metamethod")

-- a placeholder marks the object, the function may come later
local placeholder = { __gc = true }
keep = { setmetatable({ name = "marked" }, placeholder) }
placeholder.__gc = function(o) log[#log + 1] = o.name .. "!" end
keep = nil
flush("placeholder")

-- marked again by a second setmetatable: order of the first mark
local a, b = finalizable("a"), finalizable("b")
setmetatable(a, getmetatable(a))
keep = { a, b }
a, b = nil, nil
keep = nil
flush("marked twice")

-- objects reachable from a finalized object are still whole
keep = finalizable("owner")
keep.part = { text = "part of owner" }
getmetatable(keep).__gc = function(o) log[#log + 1] = o.part.text end
keep = nil
flush("owner")
collectgarbage("restart")
return #log

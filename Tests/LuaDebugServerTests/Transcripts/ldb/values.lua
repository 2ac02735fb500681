local big, third = 2^53, 1 / 3
local integer = 9007199254740993
local text = 'he"llo\n\0\200'
local long = string.rep('x', 300)
local deep = {1, {2, {a = {}}}}
local mixed = {1, nil, 3, key = true}
local function f(a, ...)
  local text = 'inner'
  return a
end
local result = f(1.5, 'x', 'y')
return result

-- repeat-until: the condition sees the locals of the body, closures, break and nested repeats
local n = 0
repeat
  local done = n >= 3
  n = n + 1
until done
print("n", n)

-- locals shadowing outer names in the condition
local stop = true
local rounds = 0
repeat
  local stop = rounds == 4
  rounds = rounds + 1
until stop
print("rounds", rounds, stop)

-- closures over a body local that is used in the condition
local fns = {}
local x = 0
repeat
  x = x + 1
  local own = x
  fns[x] = function() own = own + 100 return own end
until own == 3
print(fns[1](), fns[2](), fns[3](), fns[1]())

-- nested repeats with conditions calling functions
local log = {}
local function said(word, v)
  log[#log + 1] = word
  return v
end
local i = 0
repeat
  i = i + 1
  local j = 0
  repeat
    j = j + 1
    local product = i * j
  until said("in" .. product, product >= 4)
until said("out" .. i, i == 3)
print(table.concat(log, " "))

-- break leaves before the condition is looked at
local checked = false
repeat
  if true then break end
until (function() checked = true; return true end)()
print("checked", checked)

-- digits of a number, at least one
local function digits(v)
  local d = {}
  repeat
    table.insert(d, 1, v % 10)
    v = v // 10
  until v == 0
  return table.concat(d, "-")
end
print(digits(0), digits(7), digits(90210))

-- one-line repeats and a goto continue inside
local k = 0 repeat k = k + 1 until k * k > 50
print(k)
local odd = 0
repeat
  do
    k = k - 1
    if k % 2 == 0 then goto continue end
    odd = odd + 1
  end
  ::continue::
until k == 0
print("odd", odd)
return k, odd

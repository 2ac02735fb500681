-- debug.getinfo(f, "L") for functions of many shapes, relative to where they are defined
local function lines(f)
  local info = debug.getinfo(f, "SL")
  if not info.activelines then return "none" end
  local out = {}
  for l in pairs(info.activelines) do out[#out + 1] = l - info.linedefined end
  table.sort(out)
  return table.concat(out, " ")
end

local samples = {
  function() end,
  function() return 1 end,
  function(a)
    local b = a

    -- a comment

    return b
  end,
  function(n)
    for i = 1, n do
      if i > 2 then
        print(i)
      else
        print(-i)
      end
    end
  end,
  function()
    local t = {
      a = 1,
      b = 2,
    }
    return t,
      t.a
  end,
  function(x)
    while x do
      x = x.next
    end
    repeat
      x = 1
    until x
    goto finish
    ::finish::
  end,
  function()
    local function inner()
      return 1
    end
    return inner
  end,
  function()
    local s = [[
      long
      string]]
    return s
  end,
}
for i, f in ipairs(samples) do
  print(i, lines(f))
end
print("C", lines(next))
print("loaded", lines(load("\n\nlocal x = 1\n\nreturn x\n")))
print("stripped", lines(load(string.dump(load("return 1"), true))))

-- a table of active lines can index, and func comes along
local info = debug.getinfo(samples[3], "fL")
print(info.func == samples[3], info.activelines[debug.getinfo(samples[3], "S").linedefined])
print(#lines(debug.getinfo(1, "f").func) > 50)

-- debug.gethook gives back what debug.sethook was given: masks, counts, removal
local function show(label)
  local hook, mask, count = debug.gethook()
  print(label, type(hook), mask, count)
  return hook
end

show("at start")

local function h() end
for _, mask in ipairs { "c", "r", "l", "cr", "crl", "lrc", "", "xyz" } do
  for _, count in ipairs { 0, 1000000 } do
    debug.sethook(h, mask, count)
    local hook, m, c = debug.gethook()
    debug.sethook()
    print(("%q"):format(mask), count, hook == h, ("%q"):format(tostring(m)), c)
  end
end
show("removed")

-- save and restore around a region
local hits = 0
local function outer_hook() hits = hits + 1 end
debug.sethook(outer_hook, "l")
local saved, mask, count = debug.gethook()
debug.sethook()
local quiet = 0
for i = 1, 5 do
  quiet = quiet + i
end
local hits_before = hits
debug.sethook(saved, mask, count)
local a = 1
local b = 2
debug.sethook()
print("restored", saved == outer_hook, hits_before, hits, quiet + a + b)

-- wrong arguments
print(pcall(debug.sethook, 5, "l"))
print(pcall(debug.sethook, h))
print(pcall(debug.sethook, h, 7, "x"))
debug.sethook()
debug.sethook(nil, "l")
show("nil hook")
debug.sethook(h, "l", -5)
local _, m, c = debug.gethook()
debug.sethook()
print("negative", m, c)

-- print calls the global tostring, whoever has put it there, and what it calls may print, or fail in the middle of a line.
local shown = setmetatable({}, {__tostring = function() print("inner", 1) return "shown" end})
print("a", shown, 2, nil, true)
print(pcall(print, "before", setmetatable({}, {__tostring = function() error("no text", 0) end}), "behind"))
print(pcall(print, 1, setmetatable({}, {__tostring = function() return 5 end})))
print(("long "):rep(1000), shown, ("longer "):rep(1000))
local old = tostring
tostring = function(v)
  if v == 3 then return 33 end
  if v == 4 then return {} end
  return "<" .. old(v) .. ">"
end
print("a", 1, 2.5, nil, 3)
print((pcall(print, 1, 4)))
tostring = nil
print = print
local ok, message = pcall(print, "nothing")
tostring = old
print(ok, message)
print()

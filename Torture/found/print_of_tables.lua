-- mode session: print did not call the script's own tostring
do local old = tostring
function tostring(v) if type(v) == 'table' then return 'a table' end return old(v) end end
print({}, 1, nil)
print(setmetatable({}, {__tostring = function() print('inner') return 'shown' end}))

-- mode thread: a function was looked for by its path on the stack of a coroutine that waits
local co3 = coroutine.wrap(function()
local m = setmetatable({}, {__add = function(a, b)
coroutine.yield('add') return 1 end, __index = function(t, k) coroutine.yield(k)
return k end})
print(pcall(function() return m + 1, m.key, coroutine.yield('in') end))
end)
for i = 1, 6 do local ok, v = pcall(co3, i) print(ok, type(v) == 'string' and v or type(v)) end

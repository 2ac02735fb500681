-- one-line loops, one-line functions, several statements per line, semicolons
local function id(x) return x end local function twice(f, x) return f(f(x)) end
print(id(1), twice(function(x) return x * 3 end, 2))
for i = 1, 3 do print(i) end
local n = 0 while n < 3 do n = n + 1 end print(n)
repeat n = n - 1 until n == 0 print(n)
for i = 1, 3 do for j = 1, 2 do n = n + i * j end end print(n)
if n > 10 then print("big") elseif n > 5 then print("medium") else print("small") end
local a, b = 1, 2; a, b = b, a; print(a, b);
do local c = a + b; print(c) end
;;; print("semicolons");
local t = {} for w in ("a b c"):gmatch("%a") do t[#t + 1] = w end print(#t, table.concat(t))
for k, v in pairs({ 10, 20 }) do t[k] = v end print(t[1], t[2], t[3])
local function fact(k) if k <= 1 then return 1 end return k * fact(k - 1) end print(fact(10))
local f = function(...) return select("#", ...) end print(f(), f(nil), f(1, 2))
print((function(x) return x + 1 end)(1), (function() return "called" end)())
print(pcall(function() error("in a one-liner") end)) print(pcall(error))
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) print(co(), co(), co())
for i in coroutine.wrap(function() for i = 1, 2 do coroutine.yield(i * 10) end end) do print("w", i) end
goto skip; print("skipped") ::skip:: print("after the label")
local m = setmetatable({}, { __index = function(_, k) return k .. k end, __call = function(_, x) return x end }) print(m.ab, m(5))
local s = 0 for i = 10, 1, -3 do if i % 2 == 0 then s = s + i end end print(s)
local g; g = function(k) return k > 0 and k + g(k - 1) or 0 end print(g(5))
print(#"one" + #"two", -n ^ 2, not nil == true, 2 .. 3)
local function even(k) if k == 0 then return true end return not even(k - 1) end print(even(10), even(7))
while true do if s > 100 then break end s = s * 2 end print(s)
table.sort(t, function(p, q) return tostring(p) > tostring(q) end) print(t[1], t[2], t[3])
local ok, e = pcall(function() local z = nil; return z.y end) print(ok, e)
return n, s, (function() return "last" end)()

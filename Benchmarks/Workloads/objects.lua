-- W5: many small closures and method calls. A size of 1 is some twelve calls, of Lua functions all.
local size = tonumber(...)
local one = 1

local function unused(x)
    return x * 2 -- @unused
end

local Counter = {}
Counter.__index = Counter

local function counter(start)
    return setmetatable({ value = start }, Counter)
end
function Counter:add(n)
    self.value = self.value + n * one
    return self
end
function Counter:twice(f)
    return self:add(f(one)):add(f(self.value))
end
function Counter:get()
    return self.value % 1009 * one
end

local function adder(n)
    return function(x)
        return x % 97 + n * one
    end
end
local function compose(f, g)
    return function(x)
        return f(g(x)) + one
    end
end

local function run(count)
    local made = counter(one)
    local sum = 0
    for i = 1, count do
        if i < 0 then
            sum = 0 -- @cold
        end
        local f = compose(adder(i), adder(one)) -- @hot
        sum = (sum + made:twice(f):get()) % 1000003
    end
    return sum
end

local result = run(size) -- @call
return result

-- W2: a recursive function that does little else than call itself. A size of 1 is 8,361 calls.
local size = tonumber(...)
local base = 2

local function unused(x)
    return x * 2 -- @unused
end

local function fib(n)
    if n < base then
        if n < 0 then
            return 0 -- @cold
        end
        return n
    end
    return fib(n - 1) + fib(n - 2) -- @hot
end

local function all(count)
    local sum = 0
    for _ = 1, count do
        sum = sum + fib(18)
    end
    return sum
end

local result = all(size) -- @call
return result

-- W4: a pipeline of generators, each a coroutine. A size of 1 is three resumes.
local size = tonumber(...)
local step = 3

local function unused(x)
    return x * 2 -- @unused
end

local function numbers(count)
    return coroutine.wrap(function()
        for i = 1, count do
            coroutine.yield(i + step)
        end
    end)
end

local function scaled(source)
    return coroutine.wrap(function()
        for value in source do
            if value < 0 then
                value = 0 -- @cold
            end
            coroutine.yield(value * step) -- @hot
        end
    end)
end

local function folded(source)
    return coroutine.wrap(function()
        for value in source do
            coroutine.yield(value % 1009 + step)
        end
    end)
end

local function sum(count)
    local all = 0
    for value in folded(scaled(numbers(count))) do
        all = (all + value) % 1000003
    end
    return all
end

local result = sum(size) -- @call
return result

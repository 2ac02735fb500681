-- W1: nested loops of arithmetic in one function; no calls. A size of 1 is 303 lines.
local size = tonumber(...)

local function unused(x)
    return x * 2 -- @unused
end

local function loops(count)
    local sum, bias = 0, 3
    for i = 1, count do
        if i < 0 then
            sum = -i -- @cold
        end
        for j = 1, 100 do
            sum = (sum + i * j) % 1000003 -- @hot
            sum = sum ~ bias
        end
    end
    return sum
end

local result = loops(size) -- @call
return result

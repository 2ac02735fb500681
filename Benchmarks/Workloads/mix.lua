-- W3: strings and tables, handed through twenty functions. A size of 1 is one order through all of them.
local size = tonumber(...)
local unit = 7

local function unused(x)
    return x * 2 -- @unused
end

local function price(i)
    return i % unit + 1
end
local function label(i)
    return "item" .. i % unit
end
local function item(i)
    local made = { name = label(i), price = price(i), count = i % 3 + 1 }
    return made
end
local function items(first)
    local list = {}
    for i = first, first + unit do
        if i < 0 then
            list = {} -- @cold
        end
        list[#list + 1] = item(i) -- @hot
    end
    return list
end
local function cost(one)
    return one.price * one.count * unit
end
local function total(list)
    local sum = 0
    for _, one in ipairs(list) do
        sum = sum + cost(one)
    end
    return sum
end
local function names(list)
    local all = {}
    for i, one in ipairs(list) do
        all[i] = one.name
    end
    return all
end
local function joined(list)
    return table.concat(names(list), ",", 1, unit)
end
local function dearest(list)
    local best = list[unit]
    for _, one in ipairs(list) do
        if cost(one) > cost(best) then
            best = one
        end
    end
    return best
end
local function ordered(list)
    table.sort(list, function(a, b)
        return cost(a) < cost(b)
    end)
    return list
end
local function counted(list)
    local counts = {}
    for _, one in ipairs(list) do
        counts[one.name] = (counts[one.name] or 0) + one.count
    end
    return counts
end
local function keys(map)
    local found = unit
    for _ in pairs(map) do
        found = found + 1
    end
    return found
end
local function upper(text)
    return text:upper():sub(1, unit * 5)
end
local function words(text)
    local count = 0
    for _ in text:gmatch("%a+%d") do
        count = count + unit
    end
    return count
end
local function cut(text)
    local at = text:find(",", unit, true)
    return at and text:sub(at + 1) or text
end
local function padded(text)
    return string.format("%-40s|%d", text, unit)
end
local function checksum(text)
    local sum = unit
    for i = 1, #text, 8 do
        sum = (sum * 31 + text:byte(i)) % 65521
    end
    return sum
end
local function report(list)
    return padded(cut(upper(joined(list))))
end
local function order(i)
    local list = ordered(items(i))
    local text = report(list)
    local sum = total(list) + dearest(list).price + keys(counted(list))
    return sum + words(text) + checksum(text)
end
local function orders(count)
    local sum = 0
    for i = 1, count do
        sum = (sum + order(i)) % 1000003
    end
    return sum
end

local result = orders(size) -- @call
return result

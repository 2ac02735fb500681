-- W6: a JSON encoder and decoder, as a script might bring its own. A size of 1 is a document written and read once.
local size = tonumber(...)
local deepest = 32

local function unused(x)
    return x * 2 -- @unused
end

-- Writing.

local write

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(char)
    return escapes[char] or string.format("\\u%04x", char:byte())
end

local function write_string(text, out)
    out[#out + 1] = '"' .. text:gsub('[%c"\\]', escape) .. '"'
end

local function sorted_keys(map)
    local keys = {}
    for key in pairs(map) do
        keys[#keys + 1] = key
    end
    table.sort(keys)
    return keys
end

local function write_list(list, out, depth)
    out[#out + 1] = "["
    for i, value in ipairs(list) do
        if i > 1 then
            out[#out + 1] = ","
        end
        write(value, out, depth + 1)
    end
    out[#out + 1] = "]"
end

local function write_map(map, out, depth)
    out[#out + 1] = "{"
    for i, key in ipairs(sorted_keys(map)) do
        if i > 1 then
            out[#out + 1] = ","
        end
        write_string(key, out)
        out[#out + 1] = ":"
        write(map[key], out, depth + 1)
    end
    out[#out + 1] = "}"
end

function write(value, out, depth)
    if depth > deepest then
        error("too deep")
    end
    local kind = type(value)
    if kind == "string" then
        write_string(value, out)
    elseif kind == "table" then
        if #value > 0 then
            write_list(value, out, depth)
        else
            write_map(value, out, depth)
        end
    else
        out[#out + 1] = tostring(value)
    end
end

local function encode(value)
    local out = {}
    write(value, out, 1)
    return table.concat(out)
end

-- Reading: each reader takes the text and a position, and answers a value and the position behind it.

local read

local plain = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function skip(text, at)
    return text:find("[^ \t\r\n]", at) or #text + 1
end

local function read_string(text, at)
    local parts = {}
    local from = at + 1
    while true do
        local stop = text:find('["\\]', from)
        if not stop then
            error("unfinished string at " .. at)
        end
        parts[#parts + 1] = text:sub(from, stop - 1)
        if text:sub(stop, stop) == '"' then
            return table.concat(parts), stop + 1
        end
        local char = text:sub(stop + 1, stop + 1)
        if char == "u" then
            parts[#parts + 1] = utf8.char(tonumber(text:sub(stop + 2, stop + 5), 16))
            from = stop + 6
        else
            parts[#parts + 1] = plain[char]
            from = stop + 2
        end
    end
end

local function read_number(text, at)
    local digits = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
    if not digits then
        error("no value at " .. at)
    end
    return tonumber(digits), at + #digits
end

local function read_list(text, at, depth)
    local list = {}
    at = skip(text, at + 1)
    if text:sub(at, at) == "]" then
        return list, at + 1
    end
    while true do
        list[#list + 1], at = read(text, at, depth + 1)
        at = skip(text, at)
        if text:sub(at, at) == "]" then
            return list, at + 1
        end
        at = skip(text, at + 1)
    end
end

local function read_map(text, at, depth)
    local map = {}
    at = skip(text, at + 1)
    if text:sub(at, at) == "}" then
        return map, at + 1
    end
    while true do
        local key
        key, at = read_string(text, at)
        map[key], at = read(text, skip(text, skip(text, at) + 1), depth + 1)
        at = skip(text, at)
        if text:sub(at, at) == "}" then
            return map, at + 1
        end
        at = skip(text, at + 1)
    end
end

function read(text, at, depth)
    local first = text:sub(at, at)
    if depth > deepest then
        error("too deep") -- @cold
    end
    if first == "{" then -- @hot
        return read_map(text, at, depth)
    elseif first == "[" then
        return read_list(text, at, depth)
    elseif first == '"' then
        return read_string(text, at)
    elseif text:find("^true", at) then
        return true, at + 4
    elseif text:find("^false", at) then
        return false, at + 5
    end
    return read_number(text, at)
end

local function document(i)
    local users = {}
    for n = 1, 6 do
        local scores = { n, n / 4, n * i, -n }
        users[n] = { id = i * n, name = 'user "' .. n .. '"\t', active = n % 2 == 0, scores = scores }
    end
    local tags = { "a", "b/c", "d\\e" }
    return { title = "page\n" .. i, users = users, tags = tags, next = { page = i + 1, last = false } }
end

local function pages(count)
    local sum = 0
    for i = 1, count do
        local text = encode(document(i))
        local again = encode((read(text, 1, 1)))
        if text ~= again then
            error("not the same: " .. text .. " and " .. again)
        end
        sum = (sum + #again) % 1000003
    end
    return sum
end

local result = pages(size) -- @call
return result

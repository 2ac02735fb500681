// The parts of Lua 5.1 that scripts rely on and Lua 5.3 has not, in Lua.

enum Lua51Prelude {
    static let source = #"""
        local native = ...
        local type, select, error, pcall, tostring = type, select, error, pcall, tostring
        local next, load, rawget, tonumber, collectgarbage = next, load, rawget, tonumber, collectgarbage
        local unpack = table.unpack
        local tointeger, floor, exp, log = math.tointeger, math.floor, math.exp, math.log

        -- What a library's function says of a wrong argument, in the name of the caller of the one that asks.
        local function wanted(number, name, what, ...)
            local got = select('#', ...) == 0 and 'no value' or type((...))
            error("bad argument #" .. number .. " to '" .. name .. "' (" .. what .. " expected, got " .. got .. ")", 4)
        end

        -- An error table's message is what pcall gives, as in Redis.
        local function caught(ok, message, ...)
            if not ok and type(message) == 'table' then
                local text = rawget(message, 'err')
                if type(text) == 'string' or type(text) == 'number' then return false, text end
            end
            return ok, message, ...
        end
        function _G.pcall(...)
            if select('#', ...) == 0 then error("bad argument #1 to 'pcall' (value expected)", 3) end
            return caught(pcall(...))
        end

        _G.unpack = unpack
        function _G.loadstring(...)
            local text, name = ...
            if type(text) == 'number' then text = tostring(text) end
            if type(text) ~= 'string' then wanted(1, 'loadstring', 'string', ...) end
            return load(text, name or text, 't')
        end
        function _G.load(...)
            local reader, name = ...
            if type(reader) ~= 'function' then wanted(1, 'load', 'function', ...) end
            return load(reader, name or '=(load)', 't')
        end
        function _G.gcinfo() return floor(collectgarbage('count')) end

        local function isTable(t, name)
            if type(t) ~= 'table' then
                error("bad argument #1 to '" .. name .. "' (table expected, got " .. (t == nil and 'no value' or type(t)) .. ")", 4)
            end
        end
        function table.getn(t) isTable(t, 'getn') return #t end
        function table.setn() error("'setn' is obsolete", 3) end
        function table.maxn(t)
            isTable(t, 'maxn')
            local most = 0
            for key in next, t do if type(key) == 'number' and key > most then most = key end end
            return most
        end
        function table.foreach(t, body)
            isTable(t, 'foreach')
            for key, value in next, t do
                local result = body(key, value)
                if result ~= nil then return result end
            end
        end
        function table.foreachi(t, body)
            isTable(t, 'foreachi')
            for index = 1, #t do
                local result = body(index, t[index])
                if result ~= nil then return result end
            end
        end

        string.gfind = string.gmatch
        -- A number with a fraction is cut for %d and the others, which 5.3 refuses.
        local format, gmatch = string.format, string.gmatch
        local whole = {d = true, i = true, c = true, o = true, u = true, x = true, X = true}
        local function formatted(ok, text, ...)
            if ok then return text end
            error((text:gsub("^%[redis%]:%d+: ", ''):gsub("to '%?'", "to 'format'")), 3)
        end
        function string.format(...)
            local ok, text = pcall(format, ...)
            if ok then return text end
            local pattern = ...
            if not (type(pattern) == 'string' and text:find('integer representation', 1, true)) then
                return formatted(ok, text)
            end
            local arguments, index, count = {...}, 1, select('#', ...)
            for kind in gmatch(pattern, '%%[-+ #0]*%d*%.?%d*([%a%%])') do
                if kind ~= '%' then
                    index = index + 1
                    local number = tonumber(arguments[index])
                    if whole[kind] and number and number == number then
                        arguments[index] = tointeger(number < 0 and -floor(-number) or floor(number)) or number
                    end
                end
            end
            return formatted(pcall(format, unpack(arguments, 1, count)))
        end

        function math.pow(x, y) return x ^ y end
        math.mod = math.fmod
        function math.log10(x) return log(x, 10) end
        function math.cosh(x) return (exp(x) + exp(-x)) / 2 end
        function math.sinh(x) return (exp(x) - exp(-x)) / 2 end
        function math.tanh(x)
            if x > 20 then return 1.0 elseif x < -20 then return -1.0 end
            local up, down = exp(x), exp(-x)
            return (up - down) / (up + down)
        end
        local atan = math.atan
        function math.atan2(y, x) return atan(y, x) end
        function math.atan(x) return atan(x) end
        function math.ldexp(x, e) return x * 2.0 ^ e end
        function math.frexp(x)
            if x == 0 or x ~= x or x == 1 / 0 or x == -1 / 0 then return x, 0 end
            local e = floor(log(x < 0 and -x or x, 2)) + 1
            -- In two steps, as 2^e may be too large or too small.
            local m = x / 2.0 ^ (e // 2) / 2.0 ^ (e - e // 2)
            if m >= 1 or m <= -1 then m, e = m / 2, e + 1 elseif m < 0.5 and m > -0.5 then m, e = m * 2, e - 1 end
            return m, e
        end

        -- Redis' own numbers: those of lrand48, the same on every machine.
        local state = 0x330E
        local function random31()
            state = (state * 0x5DEECE66D + 0xB) & 0xFFFFFFFFFFFF
            return state >> 17
        end
        local function integer(value, number, name)
            local given = tonumber(value)
            if not given or type(value) == 'boolean' then
                local got = value == nil and 'no value' or type(value)
                error("bad argument #" .. number .. " to '" .. name .. "' (number expected, got " .. got .. ")", 4)
            end
            return given < 0 and -floor(-given) or floor(given)
        end
        function math.randomseed(seed)
            state = ((integer(seed, 1, 'randomseed') & 0xFFFFFFFF) << 16) | 0x330E
        end
        function math.random(...)
            local count = select('#', ...)
            local part = (random31() % 0x7FFFFFFF) / 0x7FFFFFFF
            if count == 0 then return part end
            if count > 2 then error('wrong number of arguments', 3) end
            local low, high = 1, ...
            if count == 2 then
                low, high = ...
                low = integer(low, 1, 'random')
            end
            high = integer(high, count, 'random')
            if low > high then error("bad argument #" .. count .. " to 'random' (interval is empty)", 3) end
            return floor(part * (high - low + 1)) + low
        end

        for _, name in next, {'pcall', 'loadstring', 'load', 'gcinfo'} do _G[name] = native(_G[name]) end
        for _, name in next, {'getn', 'setn', 'maxn', 'foreach', 'foreachi'} do table[name] = native(table[name]) end
        string.format = native(string.format)
        for _, name in next, {'pow', 'log10', 'cosh', 'sinh', 'tanh', 'atan2', 'atan', 'ldexp', 'frexp', 'randomseed',
                'random'} do
            math[name] = native(math[name])
        end
        """#
}

// `bit`, on the operators of Lua 5.3: numbers of 32 bits with a sign, as LuaJIT's library has them.

enum BitPrelude {
    static let source = #"""
        local native = ...
        local next, type, select, error, tonumber = next, type, select, error, tonumber
        local format, floor, integerOf = string.format, math.floor, math.tointeger
        local bit = {}

        local function signed(n)
            n = n & 0xFFFFFFFF
            return n < 0x80000000 and n or n - 0x100000000
        end

        -- To the nearest integer, and of two to the even one.
        local function number(value, index, name, ...)
            local given = (type(value) == 'number' or type(value) == 'string') and tonumber(value)
            if not given then
                local got = select('#', ...) < index and 'no value' or type(value)
                error("bad argument #" .. index .. " to '" .. name .. "' (number expected, got " .. got .. ")", 4)
            end
            local whole = integerOf(given)
            if whole then return whole end
            if given ~= given or given >= 2.0 ^ 63 or given < -2.0 ^ 63 then return 0 end
            local down = floor(given)
            local rest = given - down
            if rest > 0.5 or rest == 0.5 and down % 2 == 1 then down = down + 1 end
            return down
        end

        function bit.tobit(...) return signed(number((...), 1, 'tobit', ...)) end
        function bit.bnot(...) return signed(~number((...), 1, 'bnot', ...)) end
        function bit.band(...)
            local result = number((...), 1, 'band', ...)
            for index = 2, select('#', ...) do result = result & number((select(index, ...)), index, 'band', ...) end
            return signed(result)
        end
        function bit.bor(...)
            local result = number((...), 1, 'bor', ...)
            for index = 2, select('#', ...) do result = result | number((select(index, ...)), index, 'bor', ...) end
            return signed(result)
        end
        function bit.bxor(...)
            local result = number((...), 1, 'bxor', ...)
            for index = 2, select('#', ...) do result = result ~ number((select(index, ...)), index, 'bxor', ...) end
            return signed(result)
        end

        -- Of a distance only five bits count.
        function bit.lshift(...)
            local n = number((...), 1, 'lshift', ...) & 0xFFFFFFFF
            local by = number((select(2, ...)), 2, 'lshift', ...) & 31
            return signed(n << by)
        end
        function bit.rshift(...)
            local n = number((...), 1, 'rshift', ...) & 0xFFFFFFFF
            local by = number((select(2, ...)), 2, 'rshift', ...) & 31
            return signed(n >> by)
        end
        function bit.arshift(...)
            local n = number((...), 1, 'arshift', ...) & 0xFFFFFFFF
            local by = number((select(2, ...)), 2, 'arshift', ...) & 31
            return signed(signed(n) // (1 << by))
        end
        function bit.rol(...)
            local n = number((...), 1, 'rol', ...) & 0xFFFFFFFF
            local by = number((select(2, ...)), 2, 'rol', ...) & 31
            return signed(n << by | n >> (32 - by))
        end
        function bit.ror(...)
            local n = number((...), 1, 'ror', ...) & 0xFFFFFFFF
            local by = number((select(2, ...)), 2, 'ror', ...) & 31
            return signed(n >> by | n << (32 - by))
        end
        function bit.bswap(...)
            local n = number((...), 1, 'bswap', ...) & 0xFFFFFFFF
            return signed(n >> 24 | n >> 8 & 0xFF00 | n << 8 & 0xFF0000 | n << 24)
        end
        function bit.tohex(...)
            local n, digits = number((...), 1, 'tohex', ...) & 0xFFFFFFFF, 8
            if select('#', ...) > 1 then digits = signed(number((select(2, ...)), 2, 'tohex', ...)) end
            local isLarge = digits < 0
            digits = digits < 0 and -digits or digits
            digits = digits > 8 and 8 or digits
            if digits == 0 then return '' end
            return format(isLarge and '%0' .. digits .. 'X' or '%0' .. digits .. 'x', n & (1 << 4 * digits) - 1)
        end
        for name, body in next, bit do bit[name] = native(body) end
        _G.bit = bit
        """#
}

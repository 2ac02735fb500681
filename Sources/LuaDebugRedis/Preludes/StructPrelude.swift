// `struct`: packing of values into bytes with the formats of Redis' library, each value on `string.pack`.

enum StructPrelude {
    static let source = #"""
        local native = ...
        local type, select, error, tonumber, tostring = type, select, error, tonumber, tostring
        local pack, unpack, sub, rep, find, byte, reverse =
            string.pack, string.unpack, string.sub, string.rep, string.find, string.byte, string.reverse
        local concat, floor, tointeger, unpackTable = table.concat, math.floor, math.tointeger, table.unpack
        local setmetatable, least = setmetatable, math.mininteger
        local struct = {}

        local sizes = {b = 1, B = 1, h = 2, H = 2, l = 8, L = 8, T = 8, f = 4, d = 8, x = 1}
        local isInteger = {b = true, B = true, h = true, H = true, l = true, L = true, T = true, i = true, I = true}
        local isSigned = {b = true, h = true, l = true, i = true}

        -- Told at the place of the script's call: 4 for pack, unpack and size themselves, 5 for what they call.
        local function bad(argument, name, why, level)
            error("bad argument #" .. argument .. " to '" .. name .. "' (" .. why .. ")", level or 4)
        end

        local function text(value, argument, name)
            if type(value) == 'number' then return tostring(value) end
            if type(value) ~= 'string' then
                bad(argument, name, 'string expected, got ' .. (value == nil and 'no value' or type(value)), 5)
            end
            return value
        end

        -- The options of a format, one at a time: option, size, padding in front.
        local Reader = {}
        Reader.__index = Reader
        local function read(format, name)
            return setmetatable({format = format, at = 1, isBig = false, align = 1, name = name}, Reader)
        end
        function Reader:digits(otherwise)
            local first, last = find(self.format, '^%d+', self.at)
            if not first then return otherwise end
            self.at = last + 1
            return tonumber(sub(self.format, first, last))
        end
        -- At the end nil; a control option takes effect and is no item.
        function Reader:next(offset)
            while self.at <= #self.format do
                local option = sub(self.format, self.at, self.at)
                self.at = self.at + 1
                local size = sizes[option]
                if option == 'i' or option == 'I' then
                    size = self:digits(4)
                    if size > 32 then
                        error('integral size ' .. size .. ' is larger than limit of 32', 4)
                    end
                elseif option == 'c' then
                    size = self:digits(1)
                elseif option == 's' then
                    size = 0
                end
                if size then
                    local padding = 0
                    if size > 0 and option ~= 'c' then
                        local unit = size > self.align and self.align or size
                        padding = unit - (offset & unit - 1) & unit - 1
                    end
                    return option, size, padding
                elseif option == '>' then
                    self.isBig = true
                elseif option == '<' then
                    self.isBig = false
                elseif option == '!' then
                    local align = self:digits(8)
                    if align < 1 or align & align - 1 ~= 0 then
                        error('alignment ' .. align .. ' is not a power of 2', 4)
                    end
                    self.align = align
                elseif option ~= ' ' then
                    bad(1, self.name, "invalid format option '" .. option .. "'", 5)
                end
            end
        end

        local function number(value, argument, name)
            local given = (type(value) == 'number' or type(value) == 'string') and tonumber(value)
            if not given then bad(argument, name, 'number expected, got ' .. type(value), 5) end
            return given
        end

        -- As C's casts from a double: cut, and modulo 2^64.
        local function bits(value)
            local whole = tointeger(value)
            if whole then return whole end
            if value ~= value then return least end
            value = value < 0 and -floor(-value) or floor(value)
            whole = tointeger(value)
            if whole then return whole end
            if value > 0 and value < 2.0 ^ 64 then return tointeger(value - 2.0 ^ 63) ~ least end
            return value > 0 and 0 or least
        end

        local function integerBytes(value, size, isBig)
            local bytes = pack('<i8', value)
            bytes = size <= 8 and sub(bytes, 1, size) or bytes .. rep('\0', size - 8)
            return isBig and reverse(bytes) or bytes
        end

        function struct.pack(...)
            local reader = read(text((...), 1, 'pack'), 'pack')
            local parts, length, argument = {}, 0, 2
            local function add(bytes)
                parts[#parts + 1] = bytes
                length = length + #bytes
            end
            local option, size, padding = reader:next(0)
            while option do
                add(rep('\0', padding))
                local value = select(argument, ...)
                if isInteger[option] then
                    add(integerBytes(bits(number(value, argument, 'pack')), size, reader.isBig))
                    argument = argument + 1
                elseif option == 'x' then
                    add('\0')
                elseif option == 'f' or option == 'd' then
                    add(pack((reader.isBig and '>' or '<') .. option, number(value, argument, 'pack')))
                    argument = argument + 1
                else
                    local bytes = value
                    if type(bytes) == 'number' then bytes = tostring(bytes) end
                    if type(bytes) ~= 'string' then bad(argument, 'pack', 'string expected, got ' .. type(value)) end
                    argument = argument + 1
                    if size == 0 then size = #bytes end
                    if #bytes < size then bad(argument, 'pack', 'string too short') end
                    add(sub(bytes, 1, size))
                    if option == 's' then add('\0') end
                end
                option, size, padding = reader:next(length)
            end
            return concat(parts)
        end

        local function integerOf(data, from, size, isBig, isSigned)
            local bytes = sub(data, from, from + size - 1)
            if not isBig then bytes = reverse(bytes) end
            local value = 0
            for index = 1, size do value = value << 8 | byte(bytes, index) end
            if isSigned and size < 8 and value & 1 << size * 8 - 1 ~= 0 then value = value | -1 << size * 8 end
            if not isSigned and value < 0 then return (value >> 1 | value & 1) * 2.0 end
            return value
        end

        function struct.unpack(...)
            local format, data, start = ...
            local reader = read(text(format, 1, 'unpack'), 'unpack')
            data = text(data, 2, 'unpack')
            start = start == nil and 1 or bits(number(start, 3, 'unpack'))
            if start <= 0 then bad(3, 'unpack', 'offset must be 1 or greater') end
            local at, values, count = start - 1, {}, 0
            local option, size, padding = reader:next(at)
            while option do
                at = at + padding
                if size > #data or at > #data - size then bad(2, 'unpack', 'data string too short') end
                local value
                if isInteger[option] then
                    value = integerOf(data, at + 1, size, reader.isBig, isSigned[option])
                elseif option == 'f' or option == 'd' then
                    value = unpack((reader.isBig and '>' or '<') .. option, data, at + 1)
                elseif option == 'c' then
                    if size == 0 then
                        size = tonumber(values[count])
                        if count == 0 or not size then error("format 'c0' needs a previous size", 3) end
                        size = bits(size)
                        count = count - 1
                        if size < 0 or size > #data or at > #data - size then
                            bad(2, 'unpack', 'data string too short')
                        end
                    end
                    value = sub(data, at + 1, at + size)
                elseif option == 's' then
                    local zero = find(data, '\0', at + 1, true)
                    if not zero then error('unfinished string in data', 3) end
                    value = sub(data, at + 1, zero - 1)
                    size = zero - at
                end
                if option ~= 'x' then
                    count = count + 1
                    values[count] = value
                end
                at = at + size
                option, size, padding = reader:next(at)
            end
            values[count + 1] = at + 1
            return unpackTable(values, 1, count + 1)
        end

        function struct.size(...)
            local reader = read(text((...), 1, 'size'), 'size')
            local at = 0
            local option, size, padding = reader:next(at)
            while option do
                if option == 's' then bad(1, 'size', "option 's' has no fixed size") end
                if option == 'c' and size == 0 then bad(1, 'size', "option 'c0' has no fixed size") end
                at = at + padding + size
                option, size, padding = reader:next(at)
            end
            return at
        end
        for name, body in pairs(struct) do struct[name] = native(body) end
        _G.struct = struct
        """#
}

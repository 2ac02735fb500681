// `cjson` and `cmsgpack`, on Debian's modules for Lua 5.3 where they are installed.

enum ModulesPrelude {
    static let source = #"""
        local native = ...
        local type, error, pcall, select, tostring = type, error, pcall, select, tostring
        local next, gsub = next, string.gsub
        local tointeger, mathType, unpackTable = math.tointeger, math.type, table.unpack
        local concat, packString, unpackString = table.concat, string.pack, string.unpack

        -- A table whose functions say what to install.
        local function absent(names, library, package)
            local result = {}
            for name in names:gmatch('%S+') do
                result[name] = native(function()
                    error(library .. ' is not installed: it is in the package ' .. package .. ' of Debian', 3)
                end)
            end
            return result
        end

        -- What a module raised, at the place of the script's call.
        local function told(level, name, ok, ...)
            if ok then return ... end
            local message = ...
            if type(message) == 'string' then
                message = gsub(gsub(message, '^%[redis%]:%d+: ', ''), "to '%?'", "to '" .. name .. "'")
            end
            error(message, level)
        end

        local found, json = pcall(require, 'cjson')
        if not found then
            json = absent('encode decode new', 'cjson', 'lua-cjson')
        else
            -- The module reads each number as a float: what is whole is an integer here, as in 5.1 it is written without a point.
            local function whole(value)
                if mathType(value) == 'float' then return tointeger(value) or value end
                if type(value) == 'table' then
                    for key, inner in next, value do
                        local kind = type(inner)
                        if kind == 'number' or kind == 'table' then value[key] = whole(inner) end
                    end
                end
                return value
            end
            local function dressed(module)
                local decode, new = module.decode, module.new
                module.decode = native(function(...) return whole(told(4, 'decode', pcall(decode, ...))) end)
                for _, name in next, {'encode', 'encode_sparse_array', 'encode_max_depth', 'decode_max_depth',
                        'encode_number_precision', 'encode_keep_buffer', 'encode_invalid_numbers',
                        'decode_invalid_numbers'} do
                    local original = module[name]
                    if original then module[name] = native(function(...) return told(3, name, pcall(original, ...)) end) end
                end
                module.new = native(function() return dressed(new()) end)
                return module
            end
            json = dressed(json)
        end
        _G.cjson = json

        local isThere, messagePack = pcall(require, 'MessagePack')
        local msgpack
        if not isThere then
            msgpack = absent('pack unpack unpack_one unpack_limit', 'cmsgpack', 'lua-messagepack')
        else
            local packers = messagePack.packers
            -- The choices of Redis' library: the shorter float that is the same number, whole numbers as integers, an array
            -- where the keys are 1 to n, nil for what cannot be sent and below 16 levels.
            local function isArray(value)
                local count, most = 0, 0
                for key in next, value do
                    if mathType(key) ~= 'integer' or key <= 0 then return false end
                    count = count + 1
                    most = key > most and key or most
                end
                return most == count, count
            end
            local function put(buffer, value, level)
                local kind = type(value)
                if kind == 'table' then
                    if level == 16 then return packers['nil'](buffer) end
                    local is, count = isArray(value)
                    if is then
                        buffer[#buffer + 1] = count < 16 and packString('B', 0x90 | count)
                            or count < 65536 and packString('>B I2', 0xDC, count) or packString('>B I4', 0xDD, count)
                        for index = 1, count do put(buffer, value[index], level + 1) end
                    else
                        count = 0
                        for _ in next, value do count = count + 1 end
                        buffer[#buffer + 1] = count < 16 and packString('B', 0x80 | count)
                            or count < 65536 and packString('>B I2', 0xDE, count) or packString('>B I4', 0xDF, count)
                        for key, inner in next, value do
                            put(buffer, key, level + 1)
                            put(buffer, inner, level + 1)
                        end
                    end
                elseif kind == 'number' then
                    local integer = tointeger(value)
                    if integer then
                        packers['integer'](buffer, integer)
                    elseif unpackString('>f', packString('>f', value)) == value then
                        packers['float'](buffer, value)
                    else
                        packers['double'](buffer, value)
                    end
                elseif kind == 'string' then
                    local length = #value
                    buffer[#buffer + 1] = (length < 32 and packString('B', 0xA0 | length)
                        or length < 256 and packString('B B', 0xD9, length)
                        or length < 65536 and packString('>B I2', 0xDA, length)
                        or packString('>B I4', 0xDB, length)) .. value
                elseif kind == 'boolean' then
                    packers[kind](buffer, value)
                else
                    packers['nil'](buffer)
                end
            end

            msgpack = {_NAME = 'cmsgpack', _VERSION = 'lua-MessagePack ' .. messagePack._VERSION}
            function msgpack.pack(...)
                local count = select('#', ...)
                if count == 0 then error("bad argument #0 to 'pack' (MessagePack pack needs input.)", 3) end
                local buffer = {}
                for index = 1, count do put(buffer, (select(index, ...)), 0) end
                return concat(buffer)
            end

            -- Up to `limit` objects from an offset on, and where the next begins: -1 at the end.
            local function take(name, bytes, limit, offset)
                if type(bytes) == 'number' then bytes = tostring(bytes) end
                if type(bytes) ~= 'string' then
                    local got = bytes == nil and 'no value' or type(bytes)
                    error("bad argument #1 to '" .. name .. "' (string expected, got " .. got .. ")", 4)
                end
                if offset < 0 or limit < 0 then
                    error('Invalid request to unpack with offset of ' .. offset .. ' and limit of ' .. #bytes .. '.', 4)
                end
                if offset > #bytes then
                    error('Start offset ' .. offset .. ' greater than input length ' .. #bytes .. '.', 4)
                end
                local cursor = {s = bytes, i = offset + 1, j = #bytes}
                local isShort = false
                function cursor.underflow()
                    isShort = true
                    error('missing bytes', 0)
                end
                local values, count = {}, 0
                while cursor.i <= #bytes and (limit == 0 or count < limit) do
                    local ok, value = pcall(messagePack.unpack_cursor, cursor)
                    if not ok then error(isShort and 'Missing bytes in input.' or 'Bad data format in input.', 4) end
                    count = count + 1
                    values[count] = value
                end
                return values, count, cursor.i > #bytes and -1 or cursor.i - 1
            end
            function msgpack.unpack(bytes)
                local values, count = take('unpack', bytes, 0, 0)
                return unpackTable(values, 1, count)
            end
            function msgpack.unpack_one(bytes, offset)
                local values, _, rest = take('unpack_one', bytes, 1, offset or 0)
                return rest, values[1]
            end
            function msgpack.unpack_limit(bytes, limit, offset)
                local values, count, rest = take('unpack_limit', bytes, limit, offset or 0)
                return rest, unpackTable(values, 1, count)
            end
            for _, name in next, {'pack', 'unpack', 'unpack_one', 'unpack_limit'} do msgpack[name] = native(msgpack[name]) end
        end
        _G.cmsgpack = msgpack
        """#
}

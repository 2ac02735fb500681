// What a script is left with: the names that Redis gives, tables that cannot be changed, no globals of its own.

enum SandboxPrelude {
    static let source = #"""
        local native = ...
        local type, error, tostring, select = type, error, tostring, select
        local next, rawget, rawset, getmetatable, setmetatable = next, rawget, rawset, getmetatable, setmetatable
        local globals = _G

        -- Of each library the functions that Lua 5.1 and Redis have. One that is not here is not to be relied on there.
        local names = {
            string = 'byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper',
            table = 'concat foreach foreachi getn insert maxn remove setn sort',
            math = 'abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min mod modf pi '
                .. 'pow rad random randomseed sin sinh sqrt tan tanh',
            coroutine = 'create resume running status wrap yield',
            os = 'clock',
            bit = '*', struct = '*', cjson = '*', cmsgpack = '*', redis = '*',
        }
        local kept = 'ARGV KEYS _VERSION assert collectgarbage error gcinfo getmetatable ipairs load loadstring next pairs '
            .. 'pcall rawequal rawget rawset select setmetatable tonumber tostring type unpack xpcall'

        local seen = {}
        for name in kept:gmatch('%S+') do seen[name] = globals[name] end
        for name, list in next, names do
            local library = globals[name]
            if list ~= '*' then
                local chosen = {}
                for field in list:gmatch('%S+') do chosen[field] = library[field] end
                library = chosen
            end
            seen[name] = library
        end
        seen.server = seen.redis

        -- A table that cannot be changed is an empty one that shows another.
        local shown = {}
        local function readonly() error('Attempt to modify a readonly table', 2) end
        local function protect(view, content)
            shown[view] = content
            return setmetatable(view, {
                __index = content, __newindex = readonly, __metatable = false,
                __pairs = function() return next, content, nil end,
                __len = function() return #content end,
            })
        end
        for name in next, names do seen[name] = protect({}, seen[name]) end
        seen.server = seen.redis

        -- Functions that would see behind it.
        local function wanted(number, name, what, ...)
            local got = select('#', ...) < number and 'no value' or type((select(number, ...)))
            error("bad argument #" .. number .. " to '" .. name .. "' (" .. what .. " expected, got " .. got .. ")", 4)
        end
        function seen.rawget(...)
            local t, key = ...
            if type(t) ~= 'table' then wanted(1, 'rawget', 'table', ...) end
            if select('#', ...) < 2 then error("bad argument #2 to 'rawget' (value expected)", 3) end
            return rawget(shown[t] or t, key)
        end
        function seen.rawset(...)
            local t, key, value = ...
            if type(t) ~= 'table' then wanted(1, 'rawset', 'table', ...) end
            if shown[t] then error('Attempt to modify a readonly table', 0) end
            if select('#', ...) < 3 then error("bad argument #" .. select('#', ...) + 1 .. " to 'rawset' (value expected)", 3) end
            if key == nil then error('table index is nil', 0) end
            if key ~= key then error('table index is NaN', 0) end
            return rawset(t, key, value)
        end
        function seen.next(...)
            local t, key = ...
            if type(t) ~= 'table' then wanted(1, 'next', 'table', ...) end
            return next(shown[t] or t, key)
        end
        function seen.setmetatable(...)
            local t, metatable = ...
            if type(t) ~= 'table' then wanted(1, 'setmetatable', 'table', ...) end
            if select('#', ...) < 2 or metatable ~= nil and type(metatable) ~= 'table' then
                error("bad argument #2 to 'setmetatable' (nil or table expected)", 3)
            end
            if shown[t] then error('Attempt to modify a readonly table', 0) end
            local old = getmetatable(t)
            if old ~= nil and type(old) ~= 'table' or type(old) == 'table' and rawget(old, '__metatable') ~= nil then
                error('cannot change a protected metatable', 3)
            end
            return setmetatable(t, metatable)
        end
        local views = {}
        function seen.getmetatable(...)
            local value = ...
            if select('#', ...) == 0 then error("bad argument #1 to 'getmetatable' (value expected)", 3) end
            if shown[value] then return views[value] end
            return getmetatable(value)
        end

        for _, name in next, {'rawget', 'rawset', 'next', 'setmetatable', 'getmetatable'} do seen[name] = native(seen[name]) end

        -- Strings find their methods in a table of their own, which the script sees but cannot change.
        local ofStrings = getmetatable('')
        ofStrings.__index = shown[seen.string]
        ofStrings.__metatable = protect({}, {__index = seen.string})

        seen._G = globals
        for name in next, globals do globals[name] = nil end
        local missing = {__index = function(_, name)
            error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
        end}
        protect(globals, setmetatable(seen, missing))
        views[globals] = protect({}, {__index = missing.__index, __newindex = readonly})
        """#
}

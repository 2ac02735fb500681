// What a library of functions sees: little while it is loaded, and what a script has without KEYS and ARGV in its functions.

enum LibraryPrelude {
    /// Goes on in the chunk of the sandbox, whose locals it uses: what is taken away there is nowhere else.
    static let source =
        SandboxPrelude.source + #"""


            local full = shown[seen.redis]
            local register, callee, callbacks = full.register_function, full.callee, {}
            for _, name in next, {'register_function', 'callee', 'breakpoint', 'debug', 'replicate_commands'} do
                full[name] = nil
            end

            -- While it is loaded it has no libraries, no data and no clock: it registers the same whenever it is loaded.
            local early = {}
            for _, name in next, {'log', 'LOG_DEBUG', 'LOG_VERBOSE', 'LOG_NOTICE', 'LOG_WARNING', 'REDIS_VERSION',
                    'REDIS_VERSION_NUM'} do
                early[name] = full[name]
            end
            early.register_function = native(function(...)
                local name = register(...)
                local first, callback = ...
                if select('#', ...) == 1 then callback = rawget(first, 'callback') end
                callbacks[name] = callback
            end)
            early = protect({}, setmetatable(early, missing))

            local all = {}
            for name, value in next, seen do all[name], seen[name] = value, nil end
            seen.redis, seen.server = early, early
            local keys, arguments = all.KEYS, all.ARGV
            all.KEYS, all.ARGV = nil, nil

            return function()
                for name, value in next, all do seen[name] = value end
                -- Only to be loaded: a function of C has no line to stop at.
                if callee == nil then return type, '' end
                local callback = callbacks[callee]
                if callback == nil then error('Function not found', 0) end
                return callback, keys, arguments
            end
            """#
}

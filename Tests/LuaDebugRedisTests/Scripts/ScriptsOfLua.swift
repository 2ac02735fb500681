// The corpus: globals and their protection, the libraries of Lua 5.1, `bit`, `struct`.

extension ScriptCorpus {
    static let globals = Corpus.Part(
        name: "globals",
        text: #"""
            a = 1
            function f() end
            return a
            return _G.a
            return _G['a']
            local ok, e = pcall(function() return a end) return {type(e), e}
            local ok, e = pcall(function() a = 1 end) return {type(e), e}
            redis.foo = 1
            return redis.foo
            redis.call = nil
            string.x = 1
            string.rep = nil
            _G.x = 1
            KEYS = {}
            ARGV = nil
            rawset(_G, 'x', 1)
            rawset(redis, 'x', 1)
            rawset(string, 'rep', 1)
            return rawget(_G, 'x')
            return type(rawget(_G, 'redis'))
            return rawget(redis, 'LOG_DEBUG')
            setmetatable(_G, {})
            setmetatable(redis, {})
            setmetatable(string, nil)
            setmetatable('', {})
            setmetatable({})
            setmetatable({}, 1)
            getmetatable('').__index = 1
            return getmetatable('').__index == string
            return tostring(getmetatable(string))
            return tostring(getmetatable(redis))
            return type(getmetatable(_G))
            getmetatable(_G).__index = nil
            getmetatable(_G).__newindex = nil
            return _G == _G._G
            table.insert(redis, 1)
            !table.remove(redis, 1)
            return tostring(next({}))
            local n = 0 for k in pairs(redis) do n = n + 1 end return n > 15
            local n = 0 for k in pairs(_G) do n = n + 1 end return n > 30
            local n = 0 for k in next, math do n = n + 1 end return n
            local n = 0 for k in pairs(string) do n = n + 1 end return n
            local n = 0 for k in pairs(table) do n = n + 1 end return n
            local n = 0 for k in pairs(coroutine) do n = n + 1 end return n
            local n = 0 for k in pairs(bit) do n = n + 1 end return n
            return next(redis) ~= nil
            return print
            return io
            return debug
            return package
            return require
            return dofile
            return loadfile
            return setfenv
            return getfenv
            return module
            return newproxy
            return arg
            return utf8
            return rawlen
            !return _ENV
            return string.dump ~= nil
            return tostring(string.pack)
            return tostring(table.unpack)
            return tostring(math.type)
            return tostring(coroutine.isyieldable)
            return loadstring(string.dump(function() return 1 end))()
            return load(string.dump(function() return 1 end))()
            local a = setmetatable({}, {__index=function(t, k) return k .. '!' end}) return a.x
            local a = setmetatable({}, {__metatable='no'}) return getmetatable(a)
            setmetatable(setmetatable({}, {__metatable='no'}), {})
            local a = setmetatable({}, {__newindex=function(t, k, v) rawset(t, k, v * 2) end}) a.x = 2 return a.x
            rawset()
            rawset({})
            rawset({}, 1)
            rawset({}, nil, 1)
            rawget()
            rawget({})
            next()
            next({}, 'x')
            getmetatable()
            setmetatable()
            local x <const> = 1
            """#)

    static let lua51 = Corpus.Part(
        name: "lua 5.1",
        text: #"""
            return {unpack({1,2,3})}
            return {unpack({1,2,3}, 2)}
            return {unpack({1,2,3}, 2, 3)}
            return select('#', unpack({}, 1, 3))
            return loadstring('return 1')()
            return loadstring('return ...')(5)
            return loadstring('return x')()
            return loadstring()
            local f, e = loadstring('x = 1 1') return tostring(f)
            return load(function() return nil end)
            local n = 0 return load(function() n = n + 1 return ({'return ', '5'})[n] end)()
            return load('return 1')
            return load()
            return table.getn({1,2,3})
            return table.getn({})
            return table.getn(1)
            return table.setn({}, 1)
            return table.maxn({1,2,[10]=3})
            return table.maxn({})
            return table.maxn({[2.5]=1})
            return table.foreach({1,2}, function(k, v) if v == 2 then return k end end)
            return table.foreachi({5,6}, function(k, v) if v == 6 then return k end end)
            local t = {3,1,2} table.sort(t) return t
            local t = {3,1,2} table.sort(t, function(a, b) return a > b end) return t
            return table.concat({1,2,3}, ',')
            return table.concat({1,2.5,'x'}, ',')
            return table.concat({1,{}}, ',')
            return table.concat({1,2,3}, ',', 2)
            local t = {1,2} table.insert(t, 3) table.insert(t, 1, 0) return t
            local t = {1,2,3} return {table.remove(t), table.remove(t, 1), #t}
            return math.pow(2, 10)
            return math.mod(7, 3)
            return math.fmod(-7, 3)
            return math.floor(3.7)
            return math.ceil(3.2)
            return math.max(1, 5, 3)
            return math.log10(1000)
            return tostring(math.cosh(1)) .. tostring(math.sinh(1)) .. tostring(math.tanh(1))
            return tostring(math.atan2(1, 2))
            return tostring(math.ldexp(0.75, 3) + 0.5)
            return {tostring((math.frexp(10))), select(2, math.frexp(10))}
            return {tostring((math.frexp(0.3))), select(2, math.frexp(0.3))}
            math.randomseed(7) return {tostring(math.random()), math.random(10), math.random(5, 7)}
            math.randomseed(-1) local t = {} for i = 1, 20 do t[i] = math.random(1000) end return t
            math.randomseed(3) return math.random(0)
            return math.random(2, 1)
            return math.random(1, 2, 3)
            math.randomseed(1) return math.random(-5, 5)
            return string.gfind('abc', '%a')()
            return string.format('%d', 3)
            return string.format('%d', 3.9)
            return string.format('%d %s', -3.9, 'x')
            return string.format('%x', 255.5)
            return string.format('%5.2f|%-5d|%05d', 3.14159, 42, 42)
            return string.format('%q', 'a"b\n')
            !return string.format('%s %s', 'a', true)
            return string.format('%d', 'x')
            return string.format('%d')
            return string.format('%y', 1)
            return string.format('%g %e', 1.5, 1.5)
            return string.format('%i', 2.5)
            return ('%d'):format(7)
            return ('abc'):upper():rep(2)
            return {('k=v'):match('(%w+)=(%w+)')}
            return (('a,b'):gsub(',', ';'))
            return ('abc'):byte(1, -1)
            return {('abc'):find('b', 1, true)}
            return tonumber('0x10')
            return tonumber('10', 2)
            return tonumber('abc')
            return tonumber('  12  ')
            return tonumber('1e2')
            return tostring(1.5)
            return tostring(-0.25)
            return tostring(100)
            return 7 % 3
            return -7 % 3
            return 2^10
            return 10 == '10'
            return tostring(1e100)
            return #'abc'
            return type(gcinfo())
            return collectgarbage('count') > 0
            return collectgarbage()
            return select(-1, 1, 2, 3)
            return select('#', nil, nil)
            return _VERSION ~= nil
            local s = 0 for i = 1, 10 do s = s + i end return s
            local s = 0 for i, v in ipairs({1, 2, nil, 4}) do s = s + v end return s
            local t = {} for w in ('a b c'):gmatch('%a') do t[#t+1] = w end return t
            local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end) return {co(1), co(5)}
            !return 10 / 2 .. ''
            !return tostring(2^53)
            !return 9007199254740993
            !return tostring(1234567890123456)
            !return 1e15 .. ''
            !return os.clock() >= 0
            !return server == redis
            !return _VERSION
            !return ...
            !local t = nil; t.x = 1
            !local f, e = loadstring('x =') return e
            !return string.rep('x', -1) .. tostring(-0.0)
            !local function f() return f() + 1 end return f()
            !return tostring(cjson.null)
            !return 1 // 2
            """#)

    static let bits = Corpus.Part(
        name: "bit",
        text: #"""
            return bit.tobit(0xffffffff)
            return {bit.tobit(2.5), bit.tobit(3.5), bit.tobit(-2.5), bit.tobit(2^40 + 1), bit.tobit('12')}
            return {bit.bnot(0), bit.bnot(-1), bit.bnot(0x12345678)}
            return {bit.band(12, 10), bit.band(0xff, 0x0f, 3), bit.band(-1)}
            return {bit.bor(1, 2, 4), bit.bor(0xf0000000, 0)}
            return {bit.bxor(5, 3), bit.bxor(0xa5a5f0f0, 0xaa55ff00)}
            return {bit.lshift(1, 0), bit.lshift(1, 31), bit.lshift(1, 32), bit.lshift(1, 33), bit.lshift(0x87654321, 12)}
            return {bit.rshift(256, 8), bit.rshift(-256, 8), bit.rshift(-1, 31)}
            return {bit.arshift(256, 8), bit.arshift(-256, 8), bit.arshift(-1, 31)}
            return {bit.rol(0x12345678, 12), bit.rol(0x12345678, 0), bit.ror(0x12345678, 12), bit.ror(1, 1)}
            return {bit.bswap(0x12345678), bit.bswap(0x78563412)}
            return {bit.tohex(1), bit.tohex(-1), bit.tohex(0xffffffff), bit.tohex(-1, -8), bit.tohex(0x21, 4), bit.tohex(0x87654321, 4), bit.tohex(255, 0), bit.tohex(255, 20)}
            return bit.band()
            return bit.band('x')
            return bit.band(1, {})
            return bit.lshift(1)
            return bit.lshift()
            return bit.tohex()
            """#)

    static let structs = Corpus.Part(
        name: "struct",
        text: #"""
            return struct.pack('b', 1)
            return struct.pack('bBhHlLTiI', -1, 255, -2, 65535, -3, 4, 5, -6, 7)
            return struct.pack('>bBhHlLTiI', -1, 255, -2, 65535, -3, 4, 5, -6, 7)
            return struct.pack('<i3>i3', 66051, 66051)
            return struct.pack('i1i2i8', 300, 70000, -1)
            return struct.pack('i16', -1)
            return struct.pack('>i16', 5)
            return struct.pack('i', 3.9)
            return struct.pack('i', -3.9)
            return struct.pack('i', '12')
            return struct.pack('fd', 1.5, -0.1)
            return struct.pack('>fd', 1.5, -0.1)
            return struct.pack('s', 'abc')
            return struct.pack('c0', 'abc')
            return struct.pack('c2', 'abc')
            return struct.pack('c', 'abc')
            return struct.pack('c5', 'abc')
            return struct.pack('s', 12)
            return struct.pack('s')
            return struct.pack('xbx', 1)
            return struct.pack('!4bi', 1, 2)
            return struct.pack('!bld', 1, 2, 3)
            return struct.pack('!3i', 1)
            return struct.pack('y', 1)
            return struct.pack('i40', 1)
            return struct.pack('i')
            return struct.pack('i', 'x')
            return struct.pack('i', {})
            return struct.pack()
            return struct.pack('')
            return struct.pack('b b', 1, 2)
            return {struct.unpack('b', 'a')}
            return {struct.unpack('bB', '\255\255')}
            return {struct.unpack('>hH', '\255\254\255\254')}
            return {struct.unpack('<i4', '\1\2\3\4')}
            return {struct.unpack('>l', '\0\0\0\0\0\0\1\0')}
            return {struct.unpack('i3', '\255\255\255')}
            return {struct.unpack('L', '\255\255\255\255\255\255\15\0')}
            return tostring(struct.unpack('>f', struct.pack('>f', 1.5)) + 0.25)
            return tostring((struct.unpack('d', struct.pack('d', -0.1))))
            return {struct.unpack('s', 'abc\0def')}
            return {struct.unpack('ss', 'abc\0def\0')}
            return {struct.unpack('c3', 'abcdef')}
            return {struct.unpack('bc0', '\3abcdef')}
            return {struct.unpack('bc0', '\9abcdef')}
            return {struct.unpack('c0', 'abc')}
            return {struct.unpack('s', 'abc')}
            return {struct.unpack('i', 'abc')}
            return {struct.unpack('bb', 'abc', 2)}
            return {struct.unpack('b', 'abc', 0)}
            return {struct.unpack('b', 'abc', 4)}
            return {struct.unpack('!4bi', '\1\0\0\0\2\0\0\0')}
            return {struct.unpack('xb', 'ab')}
            return {struct.unpack('', 'ab')}
            return {struct.unpack('b')}
            return {struct.unpack('z', 'ab')}
            return struct.size('bhiLd')
            return struct.size('!bhiLd')
            return struct.size('c10x')
            return struct.size('s')
            return struct.size('c0')
            return struct.size('')
            """#)
}

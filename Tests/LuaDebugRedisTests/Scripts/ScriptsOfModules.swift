// The corpus: `cjson`, `cmsgpack`, and whole scripts as people write them.

extension ScriptCorpus {
    static let cjson = Corpus.Part(
        name: "cjson",
        text: #"""
            return cjson.encode({1,2,{a=1.5},'x',true,false})
            return cjson.encode({})
            return cjson.encode({a={}})
            return cjson.encode('a"b\\c\n\0\127/')
            return cjson.encode(1)
            return cjson.encode(1.5)
            return cjson.encode(10/2)
            return cjson.encode(1e15) .. cjson.encode(0.1) .. cjson.encode(1/3)
            return cjson.encode(nil)
            return cjson.encode(cjson.null)
            return cjson.encode({[1]=1,[2]=2,[4]=4})
            return cjson.encode({[1]=1,[20]=2})
            return cjson.encode({[1.5]=1})
            return cjson.encode({[true]=1})
            return cjson.encode(function() end)
            return cjson.encode(1/0)
            return cjson.encode()
            return cjson.encode(1, 2)
            local t = {} t.t = t return cjson.encode(t)
            return cjson.decode('[1,2,{"a":[3]}]')
            return cjson.decode('[1.5,-2,1e3,"x",true,false]')
            return cjson.decode('{"a":1}').a
            return cjson.decode('{"a":1}').a .. ''
            return cjson.decode('[10]')[1] .. '/' .. cjson.decode('[2.5]')[1]
            return cjson.decode('"\\u00e9\\n"')
            return cjson.decode('"\\ud83d\\ude00"')
            return cjson.decode('null') == cjson.null
            return cjson.decode('[null]')
            return cjson.decode('[]')
            return cjson.decode('{')
            return cjson.decode('')
            return cjson.decode('[1,]')
            return cjson.decode('nope')
            return cjson.decode('"\\x"')
            return cjson.decode('[1] x')
            return cjson.decode()
            return cjson.decode({})
            return cjson.decode(12)
            local ok, e = pcall(cjson.decode, '{') return e
            local j = cjson.new() return j.encode({1})
            return cjson.encode(cjson.decode('{"a":[1,2,{"b":null}]}'))
            return cjson.encode({redis.call('ping'), KEYS, ARGV}) --| k , v
            return cjson._NAME
            """#)

    static let cmsgpack = Corpus.Part(
        name: "cmsgpack",
        text: #"""
            return cmsgpack.pack({})
            return cmsgpack.pack({a=1})
            return cmsgpack.pack({1,2,3})
            return cmsgpack.pack({1,2,nil,4})
            return cmsgpack.pack({[2]=1})
            return cmsgpack.pack({[1.5]=1})
            return cmsgpack.pack({{},{{}}})
            return cmsgpack.pack(1.5)
            return cmsgpack.pack(0.1)
            return cmsgpack.pack(-0.5)
            return cmsgpack.pack(10/2)
            return cmsgpack.pack(0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296)
            return cmsgpack.pack(-1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649)
            return cmsgpack.pack('', 'x', string.rep('a', 31), string.rep('a', 32), string.rep('a', 255), string.rep('a', 256))
            return cmsgpack.pack(string.rep('a', 65536))
            return cmsgpack.pack(true, false, nil)
            return cmsgpack.pack(1, 2, 'x', nil, true)
            return cmsgpack.pack(function() end)
            return cmsgpack.pack()
            return cmsgpack.pack(1/0)
            local t = {} for i = 1, 20 do t[i] = i end return cmsgpack.pack(t)
            local t = {} t.t = t return cmsgpack.pack(t)
            local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)
            return {cmsgpack.unpack(cmsgpack.pack(1, 2, 'x'))}
            return {cmsgpack.unpack(cmsgpack.pack({1, {a = 'b'}, 'x'}))}
            return cmsgpack.unpack(cmsgpack.pack({a = 'b'})).a
            return tostring(cmsgpack.unpack(cmsgpack.pack(0.1)))
            return tostring(cmsgpack.unpack(cmsgpack.pack(1.5)))
            return select('#', cmsgpack.unpack(cmsgpack.pack(nil, nil)))
            return {cmsgpack.unpack_one(cmsgpack.pack(1, 2, 'x'))}
            return {cmsgpack.unpack_one(cmsgpack.pack(1, 2, 'x'), 2)}
            return {cmsgpack.unpack_one(cmsgpack.pack(1, 2, 'x'), 9)}
            return {cmsgpack.unpack_one(cmsgpack.pack(1), -1)}
            return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 'x'), 2)}
            return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 'x'), 2, 1)}
            return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 'x'), 9)}
            return {cmsgpack.unpack('')}
            return {cmsgpack.unpack('\146')}
            return {cmsgpack.unpack('\193')}
            return cmsgpack.unpack(1)
            return cmsgpack.unpack({})
            return cmsgpack.unpack()
            return {cmsgpack.unpack('\204\255\205\1\0\208\128\209\128\0')}
            return {cmsgpack.unpack('\217\3abc')}
            !return {cmsgpack.unpack('\196\3abc')}
            """#)

    static let calls = Corpus.Part(
        name: "embedded",
        text: #"""
            return redis.call('SELECT', '3')
            redis.call('select', 3) redis.call('set', 'k', 'three') return redis.call('get', 'k')
            return redis.call('get', 'k')
            local t = redis.call('time') return {#t, type(t[1])}
            redis.call('set', 'e', 'v', 'px', 1) local s = 0 for i = 1, 100000 do s = s + i end return redis.call('get', 'e')
            redis.call('mset', 'a', 1, 'b', 2) return redis.call('mget', 'a', 'b', 'c')
            return redis.call('incrbyfloat', 'a', 0.5)
            redis.call('rpush', 'l', unpack({1, 2, 3})) return redis.call('lrange', 'l', 0, -1)
            return redis.call('scan', 0, 'match', 'l*')
            redis.call('zadd', 'z', 1, 'a', 2, 'b') return redis.call('zrange', 'z', 0, -1, 'withscores')
            redis.setresp(3) return redis.call('zrange', 'z', 0, -1, 'withscores')
            redis.call('xadd', 'x', '1-1', 'f', 'v') return redis.call('xrange', 'x', '-', '+')
            redis.setresp(3) return redis.call('xread', 'streams', 'x', 0)
            return redis.call('sort', 'l', 'desc')
            return redis.call('object', 'encoding', 'a')
            return redis.call('type', 'z')
            return redis.call('type', 'z').ok
            return redis.call('dbsize')
            return redis.call('flushall')
            """#)

    static let programs = Corpus.Part(
        name: "programs",
        text: #"""
            local n = redis.call('incr', KEYS[1]) if n == 1 then redis.call('expire', KEYS[1], ARGV[1]) end return n <= tonumber(ARGV[2]) and 1 or 0 --| limit:a , 60 2
            local n = redis.call('incr', KEYS[1]) if n == 1 then redis.call('expire', KEYS[1], ARGV[1]) end return n <= tonumber(ARGV[2]) and 1 or 0 --| limit:a , 60 2
            local n = redis.call('incr', KEYS[1]) if n == 1 then redis.call('expire', KEYS[1], ARGV[1]) end return n <= tonumber(ARGV[2]) and 1 or 0 --| limit:a , 60 2
            if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', 100000) then return 1 end return 0 --| lock , me
            if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', 100000) then return 1 end return 0 --| lock , you
            if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end --| lock , you
            if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end --| lock , me
            for i, name in ipairs(ARGV) do redis.call('zincrby', KEYS[1], i * 10, name) end return redis.call('zrevrange', KEYS[1], 0, 1, 'withscores') --| board , ann bob cid
            local due = redis.call('zrangebyscore', KEYS[1], '-inf', ARGV[1], 'limit', 0, 1) if #due == 0 then return false end redis.call('zrem', KEYS[1], due[1]) redis.call('lpush', KEYS[2], due[1]) return due[1] --| board ready , 15
            return redis.call('lrange', KEYS[1], 0, -1) --| ready
            local b = redis.call('hmget', KEYS[1], 'tokens', 'at') local tokens = tonumber(b[1]) or 10 tokens = tokens - ARGV[1] redis.call('hset', KEYS[1], 'tokens', tokens, 'at', 5) return tokens --| bucket , 3
            local b = redis.call('hmget', KEYS[1], 'tokens', 'at') local tokens = tonumber(b[1]) or 10 tokens = tokens - ARGV[1] redis.call('hset', KEYS[1], 'tokens', tokens, 'at', 5) return tokens --| bucket , 3
            local moved = 0 while redis.call('rpoplpush', KEYS[1], KEYS[2]) do moved = moved + 1 end return moved --| ready done
            local sum = 0 for _, v in ipairs(redis.call('hvals', KEYS[1])) do sum = sum + v end return sum --| bucket
            """#)
}

// The corpus: what lies at the edges of `cjson`, `cmsgpack`, `bit` and `struct`.

extension ScriptCorpus {
    static let bitEdges = Corpus.Part(
        name: "bit, edges",
        text: #"""
            return {bit.tobit(0.5), bit.tobit(1.5), bit.tobit(-0.5), bit.tobit(-1.5), bit.tobit(0.49999)}
            return {bit.tobit(2^31), bit.tobit(2^31 - 1), bit.tobit(-2^31), bit.tobit(-2^31 - 1), bit.tobit(2^32), bit.tobit(2^51 - 1)}
            return {bit.tobit('0x10'), bit.tobit(' 7 '), bit.tobit('1e3'), bit.tobit('-1')}
            return {bit.lshift(1, -1), bit.rshift(1, -1), bit.arshift(-8, -31), bit.rol(1, -1), bit.ror(1, -1)}
            return {bit.lshift(3, 1.5), bit.lshift(3, 64), bit.rshift(-1, 32), bit.arshift(-2147483648, 31)}
            return {bit.rol(1, 32), bit.rol(0x80000000, 1), bit.ror(0x80000000, 31), bit.ror(0, 5)}
            return {bit.bswap(0), bit.bswap(-1), bit.bswap(1), bit.bswap(0xff)}
            return {bit.tohex(0), bit.tohex(0, 1), bit.tohex(-1, 1), bit.tohex(0xabc, -3), bit.tohex(2^33), bit.tohex(1.5)}
            return {bit.band(0xffffffff, 0x80000000), bit.bor(0x7fffffff, 0x80000000), bit.bxor(-1, -1, -1)}
            return {bit.bnot(bit.bnot(12345)), bit.bnot(2^31), bit.bnot('5')}
            return {bit.band('12', '10'), bit.bor(1.4, 2.6), bit.bxor(2^32, 1)}
            return bit.band(nil)
            return bit.bnot({})
            return bit.tobit(true)
            return bit.rshift('a', 1)
            return bit.rol(1, {})
            return bit.tohex(1, 'x')
            return bit.bswap()
            local n = 0 for name in pairs(bit) do n = n + 1 end return n
            local h = 5381 for c in ('redis'):gmatch('.') do h = bit.bxor(bit.lshift(h, 5) + h, c:byte()) end return bit.tohex(h)
            """#)

    static let structEdges = Corpus.Part(
        name: "struct, edges",
        text: #"""
            return struct.pack('>I8', 2^63)
            return struct.pack('<I8', 2^64)
            return struct.pack('i', 1e300)
            return struct.pack('i', 2^31)
            return struct.pack('B', 256) .. struct.pack('b', -129)
            return struct.pack('H', -1) .. struct.pack('h', 32768)
            return struct.pack('>I3', 0x010203) .. struct.pack('<I3', 0x010203)
            return struct.pack('>i5', -2)
            return struct.pack('f', 0.1) .. struct.pack('d', 1/0) .. struct.pack('f', -1/0)
            return struct.pack('>d', 0/0):byte(1, 1) % 128
            return struct.pack('f', 1e300)
            return struct.pack('d', '0.5')
            return struct.pack('!8bd', 1, 2)
            return struct.pack('!2bi', 1, 2)
            return struct.pack('!bhbi', 1, 2, 3, 4)
            return struct.pack('!4 b !2 i', 1, 2)
            return struct.pack('<!4 b > i < i', 1, 2, 3)
            return struct.pack('bxxb', 1, 2)
            return struct.pack('c3c0c1', 'abcd', '', 'x')
            return struct.pack('sss', '', 'a', 'b\0c')
            return struct.pack('Bc0', 3, 'abc')
            return struct.pack('b', 1, 2, 3)
            return struct.pack('bb', 1)
            return struct.pack('b', nil)
            return struct.pack('c3', 123456)
            return struct.pack({}, 1)
            return struct.pack('!0i', 1)
            return struct.pack('!16i', 1)
            return struct.pack('i0', 1)
            return struct.pack('>', 1) .. '|'
            return {struct.unpack('>I8', '\0\0\0\1\0\0\0\0')}
            return {struct.unpack('>i8', '\255\255\255\255\255\255\255\254')}
            return {struct.unpack('<I4', '\255\255\255\255')}
            return {struct.unpack('>I2<I2', '\1\2\1\2')}
            return {struct.unpack('bbb', '\127\128\129')}
            return {struct.unpack('BBB', '\127\128\129')}
            return {struct.unpack('>i5', '\255\255\255\255\254')}
            return {tostring(struct.unpack('<d', struct.pack('<d', 1e100)) == 1e100)}
            return tostring(struct.unpack('<f', struct.pack('<f', 0.1)) == 0.1)
            return {struct.unpack('>Hc0', '\0\3abcd')}
            return {struct.unpack('c0', 'abcd')}
            return {struct.unpack('c2c2', 'abc')}
            return {struct.unpack('sc1', 'ab\0c')}
            return {struct.unpack('!4bi', '\1\0\0\0\2\0\0\0')}
            return {struct.unpack('i4', '\1\0\0\0\2\0\0\0', 5)}
            return {struct.unpack('i4', '\1\0\0\0\2\0\0\0', 6)}
            return {struct.unpack('b', '', 1)}
            return {struct.unpack('', '', 1)}
            return {struct.unpack('b', 'a', -1)}
            return {struct.unpack('b', 'a', 'x')}
            return {struct.unpack('b', 123)}
            return {struct.unpack(5, 'a')}
            return struct.size('!8bd') .. ' ' .. struct.size('bd') .. ' ' .. struct.size('!4i2i8')
            return struct.size('i3I5c7')
            return struct.size('q')
            return struct.size('bqi')
            return struct.size('%')
            return struct.pack('q', 1)
            return {struct.unpack('b', 'a', -2^40)}
            return {struct.unpack('', 'a', -1)}
            return struct.size()
            """#)

    static let cjsonEdges = Corpus.Part(
        name: "cjson, edges",
        text: #"""
            return cjson.encode('\1\31 \127\128\255')
            return cjson.encode('/\\"\b\f\n\r\t')
            return cjson.encode('ä€😀')
            return cjson.encode({''})
            return cjson.encode({['']=1})
            return cjson.encode({['a"b']={}})
            return cjson.encode({{},{{}},{a={}}})
            return cjson.encode({[1]='a',[2]='b',[3]='c'})
            return cjson.encode({[3]='c'})
            return cjson.encode({[0]='a'})
            return cjson.encode({[-1]='a'})
            return cjson.encode({[10]=1})
            return cjson.encode({[11]=1})
            return cjson.encode({1,2,nil,4})
            return cjson.encode({nil,2})
            return cjson.encode({cjson.null, cjson.null})
            return cjson.encode({a=cjson.null})
            return cjson.encode({1, a=2}) == '{"1":1,"a":2}' or cjson.encode({1, a=2}) == '{"a":2,"1":1}'
            return cjson.encode(0) .. cjson.encode(-0.5) .. cjson.encode(1e100) .. cjson.encode(-1e-7)
            return cjson.encode(123456789012) .. ' ' .. cjson.encode(99999999999999)
            return cjson.encode(3.14159265358979) .. cjson.encode(100) .. cjson.encode(2^31)
            return cjson.encode(-1/0)
            return cjson.encode(0/0)
            return cjson.encode(true) .. cjson.encode(false) .. cjson.encode('')
            return cjson.encode({print})
            return cjson.encode(coroutine.create(function() end))
            local t = {} for i = 1, 999 do t = {t} end return #cjson.encode(t)
            local t = {} for i = 1, 1001 do t = {t} end return cjson.encode(t)
            local t = {} for i = 1, 100 do t[i] = i end return #cjson.encode(t)
            return cjson.decode(' \n\t[ 1 , 2 ] ')
            return cjson.decode('{"a":1,"a":2}').a
            return cjson.decode('{"1":"x"}')['1']
            return cjson.decode('[[],{},[[]]]')
            return cjson.decode('[0,-0,0.0,1E2,1e-2,123456789]')
            return {tostring(cjson.decode('0.1')), tostring(cjson.decode('-1.5e3') == -1500)}
            return cjson.decode('[9007199254740991,-9007199254740991]')
            return cjson.decode('"\\u0041\\u00e4\\u20ac"')
            return cjson.decode('"\\"\\\\\\/\\b\\f\\n\\r\\t"')
            return cjson.decode('"\\u0000x"')
            return cjson.decode('"\\ud83d"')
            return cjson.decode('"\\ude00"')
            return cjson.decode('"\\u12"')
            return cjson.decode('"\\u12zz"')
            return cjson.decode('"abc')
            return cjson.decode('"\n"')
            return cjson.decode("'a'")
            return cjson.decode('[1 2]')
            return cjson.decode('[1,2')
            return cjson.decode('{"a"}')
            return cjson.decode('{"a":}')
            return cjson.decode('{a:1}')
            return cjson.decode('{"a":1,}')
            return cjson.decode('{1:2}')
            return cjson.decode('tru')
            return cjson.decode('True')
            return cjson.decode('nul')
            return cjson.decode('[,]')
            return cjson.decode('-')
            return cjson.decode('1.')
            return cjson.decode('.5')
            return cjson.decode('01')
            return cjson.decode('+1')
            return cjson.decode('0x10')
            return tostring(cjson.decode('1e400') == 1/0)
            return tostring(cjson.decode('NaN') ~= cjson.decode('NaN'))
            return tostring(cjson.decode('Infinity') == 1/0)
            return cjson.decode('true') == true and cjson.decode('false') == false
            return cjson.decode(string.rep('[', 1000) .. string.rep(']', 1000)) ~= nil
            return cjson.decode(string.rep('[', 1001) .. string.rep(']', 1001))
            return cjson.decode('[1]', 2)
            return cjson.decode(nil)
            return cjson.decode('\0')
            return cjson.decode('[1]\0')
            return type(cjson.decode('[null]')[1])
            local t = cjson.decode('{"list":[1,2,3],"map":{"k":"v"}}') return {#t.list, t.map.k, t.list[3] + 1}
            local j = cjson.new() j.encode_sparse_array(true) return j.encode({[20]=1})
            local j = cjson.new() j.encode_sparse_array(true, 1, 1) return j.encode({[4]=1})
            local j = cjson.new() j.encode_max_depth(2) return j.encode({{{}}})
            local j = cjson.new() j.decode_max_depth(2) return j.decode('[[[]]]')
            local j = cjson.new() j.encode_number_precision(3) return j.encode({1/3, 2/3})
            local j = cjson.new() j.encode_invalid_numbers(true) return j.encode({1/0, -1/0})
            local j = cjson.new() j.encode_invalid_numbers('null') return j.encode({1/0})
            local j = cjson.new() j.decode_invalid_numbers(false) return j.decode('0x10')
            local j = cjson.new() return {j.encode_sparse_array(), j.encode_max_depth(), j.decode_max_depth(), j.encode_number_precision()}
            local j = cjson.new() j.encode_max_depth(0)
            local j = cjson.new() j.encode_number_precision(99)
            local j = cjson.new() j.encode_invalid_numbers('x')
            """#)

    static let cmsgpackEdges = Corpus.Part(
        name: "cmsgpack, edges",
        text: #"""
            return cmsgpack.pack(2^53) .. cmsgpack.pack(-2^53)
            return cmsgpack.pack(2^31, 2^32, -2^31, -2^31 - 1)
            return cmsgpack.pack(0/0):byte(1)
            return cmsgpack.pack(-1/0)
            return cmsgpack.pack(-0.0)
            return cmsgpack.pack(1e100, 1e-5, 16777217.5)
            return cmsgpack.pack({[3.5]=3})
            return cmsgpack.pack({[0]=1})
            return cmsgpack.pack({[-1]=1})
            return cmsgpack.pack({[true]=1})
            return cmsgpack.pack({[1]=true})
            return cmsgpack.pack({{a={{b={}}}}})
            return cmsgpack.pack({''}) .. cmsgpack.pack({[''] = ''})
            return cmsgpack.pack('\0\255')
            return cmsgpack.pack(cjson.null)
            return cmsgpack.pack({cjson.null})
            return cmsgpack.pack(coroutine.create(function() end))
            local t = {} for i = 1, 16 do t[i] = 0 end return cmsgpack.pack(t)
            local t = {} for i = 1, 65536 do t[i] = 0 end return cmsgpack.pack(t):sub(1, 8)
            local t = {} for i = 1, 16 do t['k' .. i] = 0 end return cmsgpack.pack(t):sub(1, 3)
            local t = {} for i = 1, 15 do t = {t} end return cmsgpack.pack(t)
            local t = {} for i = 1, 16 do t = {t} end return cmsgpack.pack(t)
            return {cmsgpack.unpack('\0\127\128\144\160\192\194\195\224\255')}
            return {cmsgpack.unpack('\204\200'), cmsgpack.unpack('\205\1\2'), cmsgpack.unpack('\206\0\0\1\0'), cmsgpack.unpack('\207\0\0\0\0\0\0\1\0')}
            return {cmsgpack.unpack('\208\200'), cmsgpack.unpack('\209\255\254'), cmsgpack.unpack('\210\255\255\255\254'), cmsgpack.unpack('\211\255\255\255\255\255\255\255\254')}
            return tostring(cmsgpack.unpack('\202\63\192\0\0') == 1.5) .. tostring(cmsgpack.unpack('\203\63\248\0\0\0\0\0\0') == 1.5)
            return {cmsgpack.unpack('\161a\162ab'), cmsgpack.unpack('\217\1z'), cmsgpack.unpack('\218\0\1z'), cmsgpack.unpack('\219\0\0\0\1z')}
            return {cmsgpack.unpack('\147\1\2\3'), cmsgpack.unpack('\220\0\2\1\2'), cmsgpack.unpack('\221\0\0\0\1\7')}
            return {cmsgpack.unpack('\129\161a\1').a, cmsgpack.unpack('\222\0\1\161a\2').a, cmsgpack.unpack('\223\0\0\0\1\161a\3').a}
            return {cmsgpack.unpack('\129\1\2')[1], cmsgpack.unpack('\129\195\2')[true]}
            return {cmsgpack.unpack('\204')}
            return {cmsgpack.unpack('\205\1')}
            return {cmsgpack.unpack('\203\1\2\3')}
            return {cmsgpack.unpack('\161')}
            return {cmsgpack.unpack('\217\5ab')}
            return {cmsgpack.unpack('\219\255\255\255\255')}
            return {cmsgpack.unpack('\147\1\2')}
            return {cmsgpack.unpack('\129\161a')}
            return {cmsgpack.unpack('\221\255\255\255\255')}
            return {cmsgpack.unpack('\1\193')}
            return {cmsgpack.unpack_one('')}
            return {cmsgpack.unpack_one('\1\2\3', 1)}
            return {cmsgpack.unpack_one('\1\2\3', 2)}
            return {cmsgpack.unpack_one('\1\2\3', 3)}
            return {cmsgpack.unpack_one('\1\2\3', 4)}
            return {cmsgpack.unpack_limit('\1\2\3', 0)}
            return {cmsgpack.unpack_limit('\1\2\3', 1)}
            return {cmsgpack.unpack_limit('\1\2\3', 0, 1)}
            return {cmsgpack.unpack_limit('\1\2\3', 0, 3)}
            return {cmsgpack.unpack_limit('\1\2\3', 1, -1)}
            return {cmsgpack.unpack_limit('\1\2\3', 1, 9)}
            return cmsgpack.unpack_limit('\1\2\3')
            return cmsgpack.unpack_limit()
            return cmsgpack.unpack_limit('\1', 'x')
            return cmsgpack.unpack_limit('\1', 1.5)
            return cmsgpack.unpack_one('\1', 'x')
            return cmsgpack.unpack_one(nil)
            return {cmsgpack.unpack_one(12)}
            return {cmsgpack.unpack_one('\1\2', '1')}
            return {cmsgpack.unpack_one('\1\2', nil)}
            return {cmsgpack.unpack_limit('\1\2', 1, {})}
            return {cmsgpack.unpack_limit('\1\2', 1.9, -0.5)}
            return {cmsgpack.unpack_limit(nil, 1)}
            return {cmsgpack.unpack_limit('\1\2\3', 3)}
            return {cmsgpack.unpack_limit('\1\2\3', -1)}
            return {cmsgpack.unpack_limit('\1\2\3', 2, 1)}
            return cmsgpack.unpack(nil)
            return cmsgpack.unpack_one()
            local t = cmsgpack.unpack(cmsgpack.pack({a = {1, 2, {b = 'c'}}, n = 1.5})) return {t.a[3].b, tostring(t.n), #t.a}
            return cmsgpack.pack(cjson.decode('[1,2.5,"x",{"a":null}]'))
            """#)
}

// The corpus: sorted sets.

extension Corpus {
    static let sortedSets = Part(
        name: "sorted sets",
        text: #"""
            ZADD z 1 a 2 b 3 c
            ZADD z 1 a 4 d
            ZADD z 5 a
            ZADD z CH 6 a 1 x
            ZADD z NX 9 a 9 n
            ZADD z XX 9 a 9 none
            ZADD z XX CH 10 a
            ZADD z GT 5 a
            ZADD z GT CH 15 a
            ZADD z LT CH 2 a 20 newlt
            ZADD z GT XX CH 3 a 3 none
            ZADD z NX XX 1 a
            ZADD z XX NX INCR 1 a
            ZADD z NX GT 1 a
            ZADD z NX LT 1 a
            ZADD z GT LT 1 a
            ZADD z INCR 5 a
            ZADD z INCR 5 new
            ZADD z NX INCR 5 a
            ZADD z XX INCR 5 none
            ZADD z GT INCR -5 a
            ZADD z LT INCR -5 a
            ZADD z LT INCR 5 a
            ZADD z INCR 1 a 2 b
            ZADD z INCR 1
            ZADD z
            ZADD z 1
            ZADD z 1 a 2
            ZADD z FOO 1 a
            ZADD z x a
            ZADD z 1 a x b
            ZADD z nan a
            ZADD z "" a
            ZADD z " 1" a
            ZADD z "1 " a
            ZADD z 1e400 a
            ZADD z 1e-400 a
            ZADD z 0x1F hex
            ZSCORE z hex
            ZADD z .5 half 5. five +7 seven 1e2 hundred
            ZMSCORE z half five seven hundred
            ZADD z inf pinf -inf ninf
            ZADD z infinity pinf2
            ZADD z INCR -inf pinf
            ZINCRBY z inf ninf
            ZADD z CH INCR 1 pinf
            ZSCORE z pinf
            ZSCORE z ninf
            ZSCORE z none
            ZSCORE none a
            ZSCORE z
            ZMSCORE z a none pinf
            ZMSCORE none a b
            ZMSCORE z
            ZINCRBY z 1.5 a
            ZINCRBY z 1.5 new2
            ZINCRBY z abc a
            ZINCRBY z nan a
            ZINCRBY z 1
            ZINCRBY newz 0.1 a
            ZINCRBY newz 0.2 a
            ZADD newz XX 1 b
            ZADD none XX 1 b
            ZADD none XX INCR 1 b
            EXISTS none
            ZCARD z
            ZCARD none
            ZRANGE z 0 -1 WITHSCORES
            ZADD f 3.14159265358979 pi 1e17 big 123456789012345678 bigger 1e16 e16 0.1 tenth 1e-5 small 0.0001 m4 1e300 huge -0.0 nzero 1.7976931348623157e308 max 5e-324 min 0.30000000000000004 odd 9007199254740993 odd53 1e21 e21 -1.5 neg 100 cent
            ZRANGE f 0 -1 WITHSCORES
            ZSCAN f 0
            ZADD nz 0 a
            ZADD nz -0.0 a
            ZSCORE nz a
            ZRANK z a
            ZRANK z none
            ZRANK none a
            ZREVRANK z a
            ZREVRANK z none
            ZREVRANK none a
            ZRANK z
            ZREM z hex none half
            ZREM none a
            ZREM z
            ZADD e 1 c 1 a 1 b 1 "" 1 ab
            ZRANGE e 0 -1
            ZRANK e b
            ZREVRANK e b
            ZREM e a b c "" ab
            EXISTS e
            ZADD p 1 a 2 b 3 c 4 d 5 e
            ZPOPMIN p
            ZPOPMAX p
            ZPOPMIN p 2
            ZPOPMAX p 0
            ZPOPMAX p -1
            ZPOPMAX p a
            ZPOPMAX p 1 2
            ZPOPMAX p 10
            EXISTS p
            ZPOPMIN p
            ZPOPMIN p 1
            ZPOPMIN p -1
            ZADD p 1 a 2 b 3 c
            ZMPOP 1 p MIN
            ZMPOP 2 none p MAX COUNT 5
            ZMPOP 1 p MAX
            ZMPOP 0 p MIN
            ZMPOP a p MIN
            ZMPOP 1 p FOO
            ZMPOP 1 p MIN COUNT 0
            ZMPOP 1 p MIN COUNT a
            ZMPOP 1 p MIN FOO 1
            ZMPOP 1 p MIN COUNT
            ZMPOP 3 p MIN
            ZMPOP 1 p
            ZADD one 1.5 m
            ZRANDMEMBER one
            ZRANDMEMBER one 1
            ZRANDMEMBER one 5
            ZRANDMEMBER one -3
            ZRANDMEMBER one 0
            ZRANDMEMBER one 2 WITHSCORES
            ZRANDMEMBER one -2 WITHSCORES
            ZRANDMEMBER one 1 FOO
            ZRANDMEMBER one 1 WITHSCORES x
            ZRANDMEMBER one a
            ZRANDMEMBER one -9223372036854775808
            ZRANDMEMBER one 9223372036854775807 WITHSCORES
            ZRANDMEMBER none
            ZRANDMEMBER none 1
            ZRANDMEMBER none 1 WITHSCORES
            ~ZRANDMEMBER z 100 WITHSCORES
            ?ZRANDMEMBER z 2
            SET s v
            ZADD s 1 a
            ZADD s x a
            ZADD s INCR 1 a
            ZINCRBY s 1 a
            ZREM s a
            ZSCORE s a
            ZMSCORE s a
            ZCARD s
            ZRANK s a
            ZREVRANK s a
            ZPOPMIN s
            ZPOPMAX s 0
            ZPOPMAX s -1
            ZMPOP 1 s MIN
            ZMPOP 2 none s MIN
            ZRANDMEMBER s
            ZRANDMEMBER s 1
            OBJECT ENCODING z
            """#)
}

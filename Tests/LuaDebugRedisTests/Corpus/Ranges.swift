// The corpus: ranges of sorted sets.

extension Corpus {
    static let ranges = Part(
        name: "ranges of sorted sets",
        text: #"""
            ZADD z 1 a 2 b 3 c 4 d 5 e
            ZRANGE z 0 -1
            ZRANGE z 1 2
            ZRANGE z -2 -1 WITHSCORES
            ZRANGE z 3 1
            ZRANGE z 10 20
            ZRANGE z -100 100
            ZRANGE z a 1
            ZRANGE z 0 b
            ZRANGE z 0 1.5
            ZRANGE z 0
            ZRANGE z 0 -1 REV
            ZRANGE z 0 1 REV WITHSCORES
            ZRANGE z 0 -1 FOO
            ZRANGE z 0 -1 LIMIT 0 1
            ZRANGE z 0 -1 LIMIT 0 -1
            ZRANGE z 0 -1 LIMIT 0
            ZRANGE z 0 -1 LIMIT a 1
            ZRANGE z 2 4 BYSCORE
            ZRANGE z (2 4 BYSCORE WITHSCORES
            ZRANGE z -inf +inf BYSCORE LIMIT 1 2
            ZRANGE z -inf +inf BYSCORE LIMIT 1 -1
            ZRANGE z -inf +inf BYSCORE LIMIT -1 2
            ZRANGE z -inf +inf BYSCORE LIMIT 10 2
            ZRANGE z -inf +inf BYSCORE LIMIT 0 0
            ZRANGE z 4 2 BYSCORE
            ZRANGE z 4 2 BYSCORE REV
            ZRANGE z (4 (2 BYSCORE REV WITHSCORES
            ZRANGE z +inf -inf BYSCORE REV LIMIT 1 2
            ZRANGE z a b BYSCORE
            ZRANGE z 1 (x BYSCORE
            ZRANGE z "" 3 BYSCORE
            ZRANGE z ( 3 BYSCORE
            ZRANGE z " 2" 3 BYSCORE
            ZRANGE z "2 " 3 BYSCORE
            ZRANGE z nan 3 BYSCORE
            ZRANGE z 1e400 3 BYSCORE
            ZRANGE z -1e400 1e400 BYSCORE
            ZRANGE z [a [c BYLEX
            ZRANGE z a c BYLEX
            ZRANGE z - + BYLEX WITHSCORES
            ZRANGE z - + BYSCORE BYLEX
            ZRANGE z 0 -1 REV REV
            ZRANGE z 0 -1 WITHSCORES WITHSCORES
            ZRANGE none 0 -1
            ZRANGE none a b
            ZRANGE none 0 1 BYSCORE WITHSCORES
            ZREVRANGE z 0 -1
            ZREVRANGE z 0 1 WITHSCORES
            ZREVRANGE z 0 1 REV
            ZREVRANGE z 0 1 BYSCORE
            ZREVRANGE z 0 1 LIMIT 0 1
            ZREVRANGE z -2 -1
            ZREVRANGE none 0 -1
            ZREVRANGE z a b
            ZRANGEBYSCORE z 2 4
            ZRANGEBYSCORE z (2 (4
            ZRANGEBYSCORE z -inf +inf WITHSCORES LIMIT 1 2
            ZRANGEBYSCORE z -inf +inf LIMIT 1 2 WITHSCORES
            ZRANGEBYSCORE z -inf +inf LIMIT 1
            ZRANGEBYSCORE z -inf +inf LIMIT a b
            ZRANGEBYSCORE z -inf +inf FOO
            ZRANGEBYSCORE z -inf +inf REV
            ZRANGEBYSCORE z 4 2
            ZRANGEBYSCORE z foo 2
            ZRANGEBYSCORE none 1 2
            ZRANGEBYSCORE z 1
            ZREVRANGEBYSCORE z 4 2
            ZREVRANGEBYSCORE z +inf (3 WITHSCORES
            ZREVRANGEBYSCORE z +inf -inf LIMIT 0 2
            ZREVRANGEBYSCORE z 2 4
            ZREVRANGEBYSCORE z a b
            ZCOUNT z 2 4
            ZCOUNT z (2 (4
            ZCOUNT z -inf +inf
            ZCOUNT z 4 2
            ZCOUNT z a 2
            ZCOUNT none 1 2
            ZCOUNT none a 2
            ZCOUNT z 1
            ZADD lex 0 a 0 b 0 c 0 d 0 aa 0 ab 0 "" 0 "\xff"
            ZRANGEBYLEX lex - +
            ZRANGEBYLEX lex [a (c
            ZRANGEBYLEX lex (a [c
            ZRANGEBYLEX lex [aa [ab
            ZRANGEBYLEX lex - [b LIMIT 1 2
            ZRANGEBYLEX lex [b - 
            ZRANGEBYLEX lex + -
            ZRANGEBYLEX lex - -
            ZRANGEBYLEX lex + +
            ZRANGEBYLEX lex (a (a
            ZRANGEBYLEX lex [a [a
            ZRANGEBYLEX lex [ (
            ZRANGEBYLEX lex ( [b
            ZRANGEBYLEX lex a c
            ZRANGEBYLEX lex -a +
            ZRANGEBYLEX lex "" +
            ZRANGEBYLEX lex - + WITHSCORES
            ZRANGEBYLEX lex - + LIMIT -1 2
            ZRANGEBYLEX none - +
            ZREVRANGEBYLEX lex + -
            ZREVRANGEBYLEX lex (c [a
            ZREVRANGEBYLEX lex [c - LIMIT 1 2
            ZREVRANGEBYLEX lex - +
            ZRANGE lex + - BYLEX REV LIMIT 0 2
            ZLEXCOUNT lex - +
            ZLEXCOUNT lex [a (c
            ZLEXCOUNT lex + -
            ZLEXCOUNT lex a c
            ZLEXCOUNT none - +
            ZRANGESTORE d z 1 2
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z 2 4 BYSCORE LIMIT 1 5
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z 4 2 BYSCORE REV
            ZRANGESTORE d lex [a [b BYLEX
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z 0 0 REV
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z 10 20
            EXISTS d
            ZRANGESTORE d none 0 -1
            ZRANGESTORE d z 0 -1 WITHSCORES
            ZRANGESTORE d z a b
            ZRANGESTORE d z 0
            SET s v
            ZRANGESTORE s z 0 -1
            TYPE s
            ZRANGESTORE z z 1 3
            ZRANGE z 0 -1
            SET s v
            ZRANGESTORE d s 0 -1
            ZRANGE s 0 -1
            ZRANGE s a b
            ZREVRANGE s 0 -1
            ZRANGEBYSCORE s 0 1
            ZRANGEBYLEX s - +
            ZCOUNT s 0 1
            ZLEXCOUNT s - +
            ZADD r 1 a 2 b 3 c 4 d 5 e 6 f 7 g
            ZREMRANGEBYRANK r 0 1
            ZREMRANGEBYRANK r -1 -1
            ZREMRANGEBYRANK r 5 2
            ZREMRANGEBYRANK r a 1
            ZREMRANGEBYRANK none 0 1
            ZRANGE r 0 -1
            ZREMRANGEBYSCORE r (3 4
            ZREMRANGEBYSCORE r a 4
            ZREMRANGEBYSCORE none 1 2
            ZRANGE r 0 -1
            ZREMRANGEBYSCORE r -inf +inf
            EXISTS r
            ZREMRANGEBYLEX lex [a (b
            ZREMRANGEBYLEX lex a b
            ZREMRANGEBYLEX none - +
            ZRANGE lex 0 -1
            ZREMRANGEBYLEX lex - +
            EXISTS lex
            ZREMRANGEBYRANK s 0 1
            ZREMRANGEBYSCORE s 0 1
            ZREMRANGEBYLEX s - +
            ZREMRANGEBYRANK z 0
            """#)
}

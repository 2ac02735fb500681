// The corpus: several sorted sets.

extension Corpus {
    static let algebra = Part(
        name: "algebra of sorted sets",
        text: #"""
            ZADD a 1 x 2 y 3 z
            ZADD b 10 y 20 z 30 w
            SADD s y q
            ZUNION 2 a b
            ZUNION 2 a b WITHSCORES
            ZUNION 2 a b WEIGHTS 2 3 WITHSCORES
            ZUNION 2 a b WEIGHTS 2 0.5 AGGREGATE MIN WITHSCORES
            ZUNION 2 a b AGGREGATE MAX WITHSCORES
            ZUNION 2 a b AGGREGATE sum WITHSCORES
            ZUNION 2 a b AGGREGATE FOO
            ZUNION 2 a b AGGREGATE
            ZUNION 2 a b WEIGHTS 1
            ZUNION 2 a b WEIGHTS a 1
            ZUNION 2 a b WEIGHTS 1 nan
            ZUNION 2 a b FOO
            ZUNION 3 a b s WITHSCORES
            ZUNION 1 a
            ZUNION 1 none
            ZUNION 1 none WITHSCORES
            ZUNION 0 a
            ZUNION -1 a
            ZUNION x a
            ZUNION 3 a b
            ZUNION 2 a a WITHSCORES
            ZUNION 1
            ZINTER 2 a b
            ZINTER 2 a b WITHSCORES
            ZINTER 2 a b WEIGHTS 2 3 WITHSCORES
            ZINTER 2 a b AGGREGATE MIN WITHSCORES
            ZINTER 2 a b AGGREGATE MAX WITHSCORES
            ZINTER 3 a b s WITHSCORES
            ZINTER 2 a none
            ZINTER 0 a
            ZINTER 1 a WITHSCORES
            ZDIFF 2 a b
            ZDIFF 2 a b WITHSCORES
            ZDIFF 2 b a WITHSCORES
            ZDIFF 2 a none WITHSCORES
            ZDIFF 2 none a
            ZDIFF 2 a s WITHSCORES
            ZDIFF 2 s a WITHSCORES
            ZDIFF 2 a a
            ZDIFF 2 a b WEIGHTS 1 2
            ZDIFF 2 a b AGGREGATE MIN
            ZDIFF 0 a
            ZUNIONSTORE d 2 a b
            ZRANGE d 0 -1 WITHSCORES
            ZUNIONSTORE d 2 a b WEIGHTS 1 2 AGGREGATE MAX
            ZRANGE d 0 -1 WITHSCORES
            ZUNIONSTORE d 2 a b WITHSCORES
            ZUNIONSTORE d 0 a
            ZUNIONSTORE d x a
            ZUNIONSTORE d 3 a b
            ZUNIONSTORE d 1
            ZUNIONSTORE d 1 none
            EXISTS d
            ZINTERSTORE d 2 a b
            ZRANGE d 0 -1 WITHSCORES
            ZINTERSTORE d 2 a none
            EXISTS d
            ZDIFFSTORE d 2 a b
            ZRANGE d 0 -1 WITHSCORES
            ZDIFFSTORE d 2 a b WITHSCORES
            ZDIFFSTORE d 2 a a
            EXISTS d
            ZDIFFSTORE d 0 a
            ZINTERCARD 2 a b
            ZINTERCARD 2 a b LIMIT 1
            ZINTERCARD 2 a b LIMIT 0
            ZINTERCARD 2 a b LIMIT -1
            ZINTERCARD 2 a b LIMIT a
            ZINTERCARD 2 a b LIMIT
            ZINTERCARD 2 a b FOO
            ZINTERCARD 2 a b WITHSCORES
            ZINTERCARD 0 a
            ZINTERCARD 3 a b
            ZINTERCARD 1 none
            ZADD i inf p -inf n
            ZADD j -inf p inf n
            ZUNION 2 i j WITHSCORES
            ZUNION 1 i WEIGHTS 0 WITHSCORES
            ZUNION 1 i WEIGHTS -1 WITHSCORES
            ZUNION 1 i WEIGHTS inf WITHSCORES
            ZADD t1 0.1 m
            ZADD t2 0.2 m
            ZADD t3 0.3 m
            ZUNION 3 t1 t2 t3 WITHSCORES
            ZUNION 3 t3 t2 t1 WITHSCORES
            ZADD zero 0 m
            ZUNION 1 zero WEIGHTS -1 WITHSCORES
            ZUNIONSTORE zero 1 zero WEIGHTS -1
            ZSCORE zero m
            SET str v
            ZUNION 1 str
            ZUNION 2 none str
            ZINTER 2 none str
            ZDIFF 2 none str
            ZUNION 2 a str FOO
            ZUNIONSTORE d 1 str
            ZINTERCARD 2 a str
            ZUNIONSTORE str 1 a
            TYPE str
            ZUNIONSTORE a 2 a b
            ZRANGE a 0 -1 WITHSCORES
            ZUNIONSTORE s 1 s
            TYPE s
            """#)
}

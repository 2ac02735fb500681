// The corpus: sets.

extension Corpus {
    static let sets = Part(
        name: "sets",
        text: #"""
            SADD s a b c
            SADD s a d
            SADD s
            ~SMEMBERS s
            SMEMBERS none
            SISMEMBER s a
            SISMEMBER s none
            SISMEMBER none a
            SMISMEMBER s a none b
            SMISMEMBER none a b
            SMISMEMBER s
            SCARD s
            SCARD none
            SREM s a none
            SREM none a
            SREM s
            SADD i 3 1 2 -5 10
            SMEMBERS i
            OBJECT ENCODING i
            SADD i x
            OBJECT ENCODING i
            ~SMEMBERS i
            SADD one m
            SRANDMEMBER one
            SRANDMEMBER one 1
            SRANDMEMBER one 5
            SRANDMEMBER one -3
            SRANDMEMBER one 0
            SRANDMEMBER one a
            SRANDMEMBER one 1 2
            SRANDMEMBER one -9223372036854775808
            SRANDMEMBER none
            SRANDMEMBER none 1
            SRANDMEMBER none a
            ~SRANDMEMBER s 100
            ?SRANDMEMBER s 2
            ?SRANDMEMBER s -20
            ?SRANDMEMBER s
            SPOP one 0
            SPOP one -1
            SPOP one a
            SPOP one 1 2
            SPOP one
            EXISTS one
            SPOP one
            SPOP one 1
            SPOP one 0
            SADD one m
            SPOP one 1
            SPOP one a
            ~SPOP i 100
            EXISTS i
            SADD i 1 2 3 4
            ?SPOP i 2
            SCARD i
            SADD x 1 2 3 4
            SADD y 3 4 5
            SADD z 4 a
            ~SINTER x y
            ~SINTER x y z
            SINTER x none
            SINTER none
            ~SINTER x
            ~SUNION x y z
            SUNION none
            ~SUNION x none
            ~SDIFF x y
            ~SDIFF x y z
            SDIFF x x
            SDIFF none x
            SDIFF x none
            SINTERSTORE d x y
            ~SMEMBERS d
            SINTERSTORE d x none
            EXISTS d
            SUNIONSTORE d x y z
            ~SMEMBERS d
            SDIFFSTORE d x y
            ~SMEMBERS d
            SDIFFSTORE d x x
            EXISTS d
            SUNIONSTORE x x y
            ~SMEMBERS x
            SET str v
            SUNIONSTORE str x
            TYPE str
            SET str v
            SINTERSTORE str none
            EXISTS str
            SET str v
            SINTER
            SINTERSTORE d
            SINTERCARD 2 x y
            SINTERCARD 2 x y LIMIT 1
            SINTERCARD 2 x y LIMIT 0
            SINTERCARD 2 x y LIMIT -1
            SINTERCARD 2 x y LIMIT a
            SINTERCARD 2 x y LIMIT
            SINTERCARD 2 x y FOO 1
            SINTERCARD 2 x y LIMIT 1 LIMIT 2
            SINTERCARD 0 x
            SINTERCARD -1 x
            SINTERCARD a x
            SINTERCARD 3 x y
            SINTERCARD 1 none
            SINTERCARD 2 none str
            SINTERCARD 1
            SMOVE x y 1
            SMOVE x y 1
            SMOVE x y none
            SMOVE x newset 2
            SMEMBERS newset
            SMOVE none y 1
            SMOVE x x 3
            SMOVE x x none
            SMOVE str x 1
            SMOVE x str 3
            SMOVE none str 1
            SMOVE newset y 2
            EXISTS newset
            SMOVE a b
            SADD str a
            SREM str a
            SMEMBERS str
            SISMEMBER str a
            SMISMEMBER str a
            SCARD str
            SPOP str
            SPOP str 1
            SRANDMEMBER str
            SRANDMEMBER str 1
            SINTER x str
            SINTER none str
            SUNION x str
            SUNION none str
            SDIFF x str
            SDIFF none str
            SINTERSTORE d x str
            SUNIONSTORE d x str
            SDIFFSTORE d x str
            SINTERCARD 2 x str
            """#)
}

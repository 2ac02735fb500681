// The corpus: times to live.

extension Corpus {
    static let expiry = Part(
        name: "expiry",
        text: #"""
            SET k v
            EXPIRE k 100
            @TTL k
            @PTTL k
            EXPIRE k 200 NX
            EXPIRE k 50 GT
            @TTL k
            EXPIRE k 300 GT
            @TTL k
            EXPIRE k 400 LT
            EXPIRE k 10 LT
            @TTL k
            EXPIRE k 10 XX
            PERSIST k
            PERSIST k
            PERSIST none
            TTL k
            PTTL k
            TTL none
            PTTL none
            EXPIRETIME k
            PEXPIRETIME none
            EXPIRE k 10 XX
            EXPIRE k 10 GT
            EXPIRE k 100 LT
            @TTL k
            PERSIST k
            EXPIRE k 100 NX
            EXPIRE k 10 NX XX
            EXPIRE k 10 XX NX
            EXPIRE k 10 NX GT
            EXPIRE k 10 NX LT
            EXPIRE k 10 GT LT
            EXPIRE k 10 LT GT NX
            EXPIRE k 10 XX GT
            EXPIRE k 1000 XX GT
            EXPIRE k 10 XX XX
            EXPIRE k 10 FOO
            EXPIRE k 10 NX FOO
            EXPIRE k a FOO
            EXPIRE none a
            EXPIRE none 10
            EXPIRE k a
            EXPIRE k 1.5
            EXPIRE k ""
            EXPIRE k 9223372036854775807
            EXPIRE k 9223372036854775
            EXPIRE k -9223372036854775808
            EXPIRE k -9223372036854775
            EXISTS k
            SET k v
            PEXPIRE k 9223372036854775807
            PEXPIRE k 9223372036854770000
            PEXPIRE k -9223372036854775808
            EXISTS k
            SET k v
            EXPIREAT k 9999999999
            EXPIRETIME k
            PEXPIRETIME k
            EXPIREAT k 9223372036854775807
            PEXPIREAT k 9999999999500
            EXPIRETIME k
            PEXPIREAT k 9999999999499
            EXPIRETIME k
            PEXPIREAT k 9223372036854775807
            PEXPIRETIME k
            EXPIRETIME k
            EXPIREAT k 9999999999 GT
            EXPIREAT k 9999999999 LT
            EXPIREAT k 9999999999 LT
            EXPIREAT k 9999999999 GT
            EXPIREAT k 1 GT
            EXPIREAT k 1 LT
            EXISTS k
            SET k v
            EXPIRE k 0
            GET k
            SET k v
            PEXPIRE k -5
            GET k
            RPUSH l a
            EXPIRE l 100
            RPUSH l b
            @TTL l
            LPOP l 2
            RPUSH l a
            TTL l
            EXPIRE l 100
            SADD l a
            @TTL l
            EXPIRE
            EXPIRE k
            TTL
            PERSIST
            TTL k k
            HSET h a 1
            EXPIRE h 100
            HSET h b 2
            @TTL h
            ZADD z 1 a
            EXPIRE z 100
            ZADD z 2 b
            @TTL z
            ZUNIONSTORE z 1 z
            TTL z
            SADD s 1 2
            EXPIRE s 100
            SUNIONSTORE s s
            TTL s
            SET c 1 EX 100
            GETSET c 2
            TTL c
            SET c 1 EX 100
            SETRANGE c 0 5
            APPEND c 5
            SETBIT c 1 1
            @TTL c
            """#)
}

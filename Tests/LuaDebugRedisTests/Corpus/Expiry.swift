// The corpus: times to live.

extension Corpus {
    static let expiry = Part(
        name: "expiry",
        text: #"""
            SET k v
            EXPIRE k 10000
            @TTL k
            @PTTL k
            EXPIRE k 20000 NX
            EXPIRE k 5000 GT
            @TTL k
            EXPIRE k 30000 GT
            @TTL k
            EXPIRE k 40000 LT
            EXPIRE k 1000 LT
            @TTL k
            EXPIRE k 1000 XX
            PERSIST k
            PERSIST k
            PERSIST none
            TTL k
            PTTL k
            TTL none
            PTTL none
            EXPIRETIME k
            PEXPIRETIME none
            EXPIRE k 1000 XX
            EXPIRE k 1000 GT
            EXPIRE k 10000 LT
            @TTL k
            PERSIST k
            EXPIRE k 10000 NX
            EXPIRE k 1000 NX XX
            EXPIRE k 1000 XX NX
            EXPIRE k 1000 NX GT
            EXPIRE k 1000 NX LT
            EXPIRE k 1000 GT LT
            EXPIRE k 1000 LT GT NX
            EXPIRE k 1000 XX GT
            EXPIRE k 100000 XX GT
            EXPIRE k 1000 XX XX
            EXPIRE k 1000 FOO
            EXPIRE k 1000 NX FOO
            EXPIRE k a FOO
            EXPIRE none a
            EXPIRE none 1000
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
            EXPIRE l 10000
            RPUSH l b
            @TTL l
            LPOP l 2
            RPUSH l a
            TTL l
            EXPIRE l 10000
            SADD l a
            @TTL l
            EXPIRE
            EXPIRE k
            TTL
            PERSIST
            TTL k k
            HSET h a 1
            EXPIRE h 10000
            HSET h b 2
            @TTL h
            ZADD z 1 a
            EXPIRE z 10000
            ZADD z 2 b
            @TTL z
            ZUNIONSTORE z 1 z
            TTL z
            SADD s 1 2
            EXPIRE s 10000
            SUNIONSTORE s s
            TTL s
            SET c 1 EX 10000
            GETSET c 2
            TTL c
            SET c 1 EX 10000
            SETRANGE c 0 5
            APPEND c 5
            SETBIT c 1 1
            @TTL c
            """#)
}

// The corpus: keys and databases, and commands that nobody knows.

extension Corpus {
    static let keys = Part(
        name: "keys",
        text: #"""
            MSET a 1 b 2 c 3 d 4
            RPUSH l 1 2
            SADD st a b
            HSET h f v
            ZADD z 1 a
            DEL a b none
            DEL a
            DEL
            UNLINK c c
            EXISTS d d none
            EXISTS
            TOUCH d l none
            TYPE d
            TYPE l
            TYPE st
            TYPE h
            TYPE z
            TYPE none
            TYPE
            RENAME d e
            GET e
            RENAME d e
            RENAME e e
            RENAME none none
            RENAME l e
            TYPE e
            RENAMENX e h
            RENAMENX e l
            RENAMENX e l
            RENAMENX l l
            RENAMENX none l
            RENAME a
            SETEX t 1000 v
            RENAME t t2
            @TTL t2
            TTL t
            SET over x
            RENAME over t2
            TTL t2
            COPY t2 cp
            GET cp
            COPY t2 cp
            COPY t2 cp REPLACE
            COPY none cp
            COPY none cp REPLACE
            COPY l lc
            RPUSH lc 3
            LRANGE l 0 -1
            LRANGE lc 0 -1
            COPY t2 t2
            COPY t2 t2 DB 1
            COPY t2 t2 DB 1
            COPY t2 t2 DB 1 REPLACE
            COPY t2 t2 DB 99
            COPY t2 t2 DB -1
            COPY t2 t2 DB a
            COPY t2 t2 DB 99999999999
            COPY t2 t2 DB
            COPY t2 t3 FOO
            COPY t2
            SETEX te 1000 v
            COPY te te2
            @TTL te2
            SELECT 1
            GET t2
            DBSIZE
            MOVE t2 0
            MOVE t2 1
            MOVE none 0
            SET mv 1 EX 1000
            MOVE mv 0
            EXISTS mv
            MOVE mv a
            MOVE mv 16
            MOVE mv -1
            MOVE mv 99999999999
            SELECT 0
            GET mv
            @TTL mv
            SELECT 16
            SELECT -1
            SELECT a
            SELECT 99999999999999999999
            SELECT 99999999999
            SELECT
            SWAPDB 0 1
            DBSIZE
            SWAPDB 0 1
            SWAPDB 0 0
            SWAPDB a 1
            SWAPDB 1 a
            SWAPDB 1 99
            FLUSHDB FOO
            FLUSHDB SYNC ASYNC
            FLUSHDB
            DBSIZE
            MSET hello 1 hallo 2 hxllo 3 heello 4 hllo 5 "h[llo" 6 "h*llo" 7 "h\\llo" 8 "" 9
            ~KEYS *
            ~KEYS h?llo
            ~KEYS h*llo
            ~KEYS h[ae]llo
            ~KEYS h[^e]llo
            ~KEYS h[a-e]llo
            ~KEYS h[e-a]llo
            ~KEYS "h\\[llo"
            ~KEYS "h\\*llo"
            ~KEYS h[ae
            ~KEYS h[]llo
            ~KEYS h[^]llo
            ~KEYS "h[\\[]llo"
            ~KEYS "h[a-"
            ~KEYS "h[x-z]l*"
            ~KEYS **
            ~KEYS *o
            ~KEYS *l*l*
            ~KEYS hello
            ~KEYS HELLO
            ~KEYS ""
            ~KEYS ?
            ~KEYS "\\"
            ~KEYS "hello\\"
            ~KEYS *z*
            ~KEYS h??lo
            KEYS
            DBSIZE
            DBSIZE a
            ?RANDOMKEY
            FLUSHALL
            RANDOMKEY
            FLUSHALL ASYNC
            FLUSHALL a
            KEYS *
            SET k v
            OBJECT REFCOUNT k
            OBJECT ENCODING none
            OBJECT FOO k
            OBJECT ENCODING
            OBJECT ENCODING k x
            OBJECT idletime k
            OBJECT
            OBJECT "f\r\noo"
            FOO
            foo bar baz
            FOO "a\r\nb"
            FOO "a\x00b" c
            "a b" c
            "" c
            FOO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccccccccccccccccccccc ddddddddddddddd eeeeeeeee
            FOO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b
            fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
            """#)
}

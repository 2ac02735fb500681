// The corpus: strings and counters.

extension Corpus {
    static let strings = Part(
        name: "strings",
        text: #"""
            SET s hello
            GET s
            GET none
            GET
            GET a b
            set S x
            gEt S
            RPUSH l a b
            GET l
            SET l over
            GET l
            RPUSH ll a b
            SET n 1 NX
            SET n 2 NX
            GET n
            SET n 3 XX
            SET nn 3 XX
            GET nn
            SET n 4 GET
            SET nn 4 GET
            SET nn 5 XX GET
            SET nn 6 NX GET
            SET nnn 6 NX GET
            SET nnn2 6 XX GET
            EXISTS nnn2
            SET ll 7 GET
            SET ll 7 NX GET
            TYPE ll
            SET n 1 NX XX
            SET n 1 XX NX
            SET n 1 EX
            SET n 1 EX abc
            SET n 1 EX 0
            SET n 1 EX -1
            SET n 1 PX 0
            SET n 1 EX 9223372036854775807
            SET n 1 EX 9223372036854775
            SET n 1 PX 9223372036854775807
            SET n 1 EX 10 PX 10
            SET n 1 EX 10 KEEPTTL
            SET n 1 KEEPTTL EX 10
            SET n 1 EX 10 EX 20
            @TTL n
            SET n 1 PERSIST
            SET n 1 foo
            SET n 1 EXAT 9999999999
            PEXPIRETIME n
            SET n 2 KEEPTTL
            EXPIRETIME n
            SET n 2
            TTL n
            SET n 1 PXAT 9999999999999
            PEXPIRETIME n
            SET n 1 PXAT 1
            GET n
            EXISTS n
            SET n 1 EXAT 0
            SET n 1 PXAT 10 EXAT 10
            SET n
            SET n 1 px 10000000 nx get
            GET n
            @PTTL n
            GETDEL n
            GETDEL n
            GETDEL ll
            GETDEL
            SET g v
            GETEX g
            GETEX g EX 100
            @TTL g
            GETEX g PERSIST
            TTL g
            GETEX g PX 10000000
            @PTTL g
            GETEX g EXAT 9999999999
            EXPIRETIME g
            GETEX g PXAT 9999999999999
            PEXPIRETIME g
            GETEX g EX 10 PERSIST
            GETEX g PERSIST EX 10
            GETEX g PERSIST PERSIST
            GETEX g KEEPTTL
            GETEX g NX
            GETEX g EX
            GETEX g EX 0
            GETEX g EX a
            GETEX none EX 0
            GETEX none EX 0 foo
            GETEX ll
            GETEX ll EX 0
            GETEX g PXAT 1
            GET g
            GETSET g new
            GETSET g newer
            GETSET ll x
            GETSET g
            SETNX g x
            SETNX g2 x
            SETNX ll x
            SETNX g
            SETEX g 100 v
            @TTL g
            SETEX g 0 v
            SETEX g -1 v
            SETEX g a v
            SETEX g 9223372036854775807 v
            PSETEX g 10000000 v
            @PTTL g
            PSETEX g 0 v
            PSETEX g 9223372036854775807 v
            SETEX ll2 100
            MSET a 1 b 2 c 3
            MGET a b c none ll
            MGET
            MSET a
            MSET a 1 b
            MSET a x a y
            GET a
            MSETNX d 1 e 2
            MSETNX d 2 f 2
            GET f
            MSETNX a
            MSETNX a 1 b
            MSETNX h 1 h 2
            GET h
            APPEND ap hello
            APPEND ap " world"
            GET ap
            APPEND ll x
            APPEND ap
            APPEND empty ""
            EXISTS empty
            STRLEN ap
            STRLEN none
            STRLEN ll
            SET bin "\x00\x01\xff\r\n"
            GET bin
            STRLEN bin
            SET "" empty-key
            GET ""
            SET r "Hello World"
            GETRANGE r 0 4
            GETRANGE r -5 -1
            GETRANGE r 0 -1
            GETRANGE r 5 2
            GETRANGE r -1 -5
            GETRANGE r 100 200
            GETRANGE r 0 100
            GETRANGE r -100 3
            GETRANGE r -100 -200
            GETRANGE r -100 -100
            GETRANGE r -9223372036854775808 9223372036854775807
            GETRANGE r a 1
            GETRANGE r 0 b
            GETRANGE none 0 -1
            GETRANGE ll 0 -1
            GETRANGE empty 0 -1
            GETRANGE empty 0 0
            GETRANGE r 0
            SUBSTR r 1 3
            SETRANGE r 6 Redis
            GET r
            SETRANGE r2 5 x
            GET r2
            SETRANGE r3 0 ""
            EXISTS r3
            SETRANGE r 100 ""
            SETRANGE r -1 x
            SETRANGE r a x
            SETRANGE r 536870912 x
            SETRANGE r 9223372036854775807 x
            SETRANGE r3 536870912 x
            SETRANGE ll 0 x
            SETRANGE ll 0 ""
            SETRANGE r 11 !
            GET r
            INCR i
            INCR i
            DECR i
            INCRBY i 10
            DECRBY i 3
            GET i
            INCRBY i abc
            INCRBY i 1.5
            INCRBY i ""
            INCRBY i " 1"
            INCRBY i +1
            INCRBY i 01
            INCRBY i -0
            INCRBY i 9223372036854775808
            INCR r
            INCR ll
            SET i 9223372036854775807
            INCR i
            DECR i
            SET i -9223372036854775808
            DECR i
            INCRBY i -1
            DECRBY i -9223372036854775808
            DECRBY i 1
            SET i " 12"
            INCR i
            SET i 012
            INCR i
            SET i ""
            INCR i
            SET i 1.0
            INCR i
            INCR
            INCRBY i
            SETEX i 100 5
            INCR i
            @TTL i
            INCRBYFLOAT f 10.5
            INCRBYFLOAT f 0.1
            INCRBYFLOAT f -5
            INCRBYFLOAT f 5.0e3
            INCRBYFLOAT f 1e2
            INCRBYFLOAT f -5706.6
            INCRBYFLOAT f 0
            INCRBYFLOAT f abc
            INCRBYFLOAT f ""
            INCRBYFLOAT f " 1"
            INCRBYFLOAT f "1 "
            INCRBYFLOAT f nan
            INCRBYFLOAT f inf
            INCRBYFLOAT f -inf
            INCRBYFLOAT f +1.5
            INCRBYFLOAT f 0x10
            INCRBYFLOAT f .5
            INCRBYFLOAT f 5.
            INCRBYFLOAT f 1e
            INCRBYFLOAT f 1e400
            INCRBYFLOAT f -1e400
            INCRBYFLOAT f 1e5000
            INCRBYFLOAT f 1e-5000
            INCRBYFLOAT f 1e-30
            INCRBYFLOAT ll 1
            SET f 3.14159265358979
            INCRBYFLOAT f 1e-10
            SET f 1e20
            INCRBYFLOAT f 1
            SET f 0.1
            INCRBYFLOAT f 0.2
            INCRBYFLOAT f 0.3
            SET f abc
            INCRBYFLOAT f 1
            SET f 10000000000
            INCRBYFLOAT f 0.00000000000001
            SET f 1.5
            INCRBYFLOAT f -1.5
            INCRBYFLOAT f -0.0
            INCRBYFLOAT f 123456789.123456789
            SETEX f 100 1
            INCRBYFLOAT f 1
            @TTL f
            SET s int
            OBJECT ENCODING s
            SET s 123
            OBJECT ENCODING s
            SET s aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING s
            SET s aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING s
            SET s a
            APPEND s b
            !OBJECT ENCODING s
            """#)
}

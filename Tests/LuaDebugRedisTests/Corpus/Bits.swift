// The corpus: strings as rows of bits.

extension Corpus {
    static let bits = Part(
        name: "bits",
        text: #"""
            SETBIT b 7 1
            SETBIT b 7 0
            SETBIT b 7 1
            SETBIT b 100 1
            STRLEN b
            GET b
            GETBIT b 7
            GETBIT b 100
            GETBIT b 99
            GETBIT b 1000
            GETBIT none 1
            SETBIT b -1 1
            SETBIT b a 1
            SETBIT b 4294967296 1
            GETBIT b 4294967296
            GETBIT b -1
            SETBIT b 1 2
            SETBIT b 1 a
            SETBIT b a a
            SETBIT b 1
            RPUSH l a
            SETBIT l 1 1
            GETBIT l 1
            SETBIT new 0 0
            GET new
            SET c foobar
            BITCOUNT c
            BITCOUNT c 0 0
            BITCOUNT c 1 1
            BITCOUNT c 0 -1
            BITCOUNT c -2 -1
            BITCOUNT c 5 1
            BITCOUNT c -1 -5
            BITCOUNT c 0 100
            BITCOUNT c -100 -100
            BITCOUNT c -100 -90
            BITCOUNT c 1 1 BYTE
            BITCOUNT c 5 30 BIT
            BITCOUNT c 0 -1 BIT
            BITCOUNT c -7 -2 bit
            BITCOUNT c -100 -100 BIT
            BITCOUNT c 5 30 FOO
            BITCOUNT c -1 -5 FOO
            BITCOUNT c 1
            BITCOUNT c a 1
            BITCOUNT c 1 b
            BITCOUNT c 1 2 3 4
            BITCOUNT none
            BITCOUNT none 1
            BITCOUNT none a b
            BITCOUNT l
            BITCOUNT
            SET p "\xff\xf0\x00"
            BITPOS p 0
            BITPOS p 1
            BITPOS p 1 2
            BITPOS p 1 1
            BITPOS p 0 0 0
            BITPOS p 0 0 -1
            BITPOS p 0 -1
            BITPOS p 0 -1 -1
            BITPOS p 1 0 -1 BIT
            BITPOS p 0 3 13 BIT
            BITPOS p 0 3 5 BIT
            BITPOS p 1 13 20 BIT
            BITPOS p 1 5 2
            BITPOS p 1 10
            BITPOS p 1 -100 -100
            BITPOS p 1 0 1 FOO
            BITPOS p 1 0 1 BYTE 3
            BITPOS p 2
            BITPOS p a
            BITPOS p 1 a
            BITPOS p 1 1 b
            SET o "\xff\xff"
            BITPOS o 0
            BITPOS o 0 0
            BITPOS o 0 0 1
            BITPOS o 0 0 -1 BIT
            BITPOS o 0 1
            SET z "\x00\x00"
            BITPOS z 1
            BITPOS z 0
            BITPOS none 0
            BITPOS none 1
            BITPOS none 0 5 6 FOO
            BITPOS l 0
            SET empty ""
            BITPOS empty 0
            BITPOS empty 1
            BITCOUNT empty
            BITCOUNT empty 0 -1
            SET x abc
            SET y abcd
            BITOP AND d x y
            GET d
            BITOP OR d x y none
            GET d
            BITOP xor d x y
            GET d
            BITOP NOT d x
            GET d
            BITOP NOT d x y
            BITOP FOO d x
            BITOP AND d x l
            BITOP AND d none
            EXISTS d
            BITOP AND d
            """#)
}

// The corpus: streams.

extension Corpus {
    static let streams = Part(
        name: "streams",
        text: #"""
            XADD s 1-1 a 1
            XADD s 1-2 a 2 b 3
            XADD s 1-2 a 2
            XADD s 1-1 a 2
            XADD s 0-0 a 2
            XADD s 0 a 2
            XADD s 1-* a 4
            XADD s 2 a 5
            XADD s 2-* a 6
            XADD s 1-* a 6
            XADD s x a 1
            XADD s 1-x a 1
            XADD s 1-2-3 a 1
            XADD s - a 1
            XADD s -1 a 1
            XADD s 3-1 a
            XADD s 3-1 a 1 b
            XADD s *
            XADD none NOMKSTREAM 1-1 a 1
            EXISTS none
            XADD s NOMKSTREAM 3-1 a 1
            XADD s MAXLEN 3 4-1 a 1
            XRANGE s - +
            XADD s MAXLEN = 2 5-1 a 1
            XADD s MAXLEN ~ 1 6-1 a 1
            XADD s MINID 5 7-1 a 1
            XADD s MINID ~ 5 LIMIT 10 8-1 a 1
            XADD s MAXLEN -1 9-1 a 1
            XADD s MAXLEN a 9-1 a 1
            XADD s MAXLEN 1 MINID 1 9-1 a 1
            XADD s LIMIT 1 9-1 a 1
            XADD s MAXLEN 1 LIMIT 1 9-1 a 1
            XADD s MAXLEN ~ 1 LIMIT -1 9-1 a 1
            XADD s MINID x 9-1 a 1
            XLEN s
            XLEN none
            XRANGE s - +
            XRANGE s 6 7
            XRANGE s (6-1 +
            XRANGE s - (7-1
            XRANGE s - + COUNT 1
            XRANGE s - + COUNT 0
            XRANGE s - + COUNT -1
            XRANGE s - + COUNT a
            XRANGE s - + COUNT
            XRANGE s - + FOO 1
            XRANGE s a +
            XRANGE s 7 6
            XRANGE s (18446744073709551615-18446744073709551615 +
            XRANGE s - (0-0
            XRANGE none - +
            XRANGE none - + COUNT 0
            XREVRANGE s + -
            XREVRANGE s + - COUNT 2
            XREVRANGE s 7 6
            XREVRANGE s - +
            XREVRANGE s (8-1 (5-1
            XDEL s 6-1 6-2
            XDEL s 6
            XDEL s x
            XDEL none 1
            XDEL none x
            XDEL s
            XLEN s
            XTRIM s MAXLEN 1
            XTRIM s MAXLEN 0
            XLEN s
            EXISTS s
            TYPE s
            OBJECT ENCODING s
            XTRIM s MINID 100
            XTRIM s FOO 1
            XTRIM s MAXLEN
            XTRIM s MAXLEN -1
            XTRIM s MAXLEN 1 MAXLEN 2
            XTRIM s MAXLEN 1 LIMIT 1
            XTRIM none MAXLEN 1
            XTRIM none FOO 1
            XADD s 8-1 a 1
            XADD s 9-1 f v
            XADD t 1-1 f v
            XREAD STREAMS s 0
            XREAD COUNT 1 STREAMS s t 0 0
            XREAD STREAMS s t 9-1 0
            XREAD STREAMS s $
            XREAD STREAMS none 0
            XREAD BLOCK 1 STREAMS s $
            XREAD STREAMS s t 0
            XREAD STREAMS s
            XREAD COUNT a STREAMS s 0
            XREAD COUNT -1 STREAMS s 0
            XREAD BLOCK a STREAMS s 0
            XREAD BLOCK -1 STREAMS s 0
            XREAD FOO 1 STREAMS s 0
            XREAD STREAMS s x
            XREAD COUNT 1 FOO
            XADD m 18446744073709551615-18446744073709551615 a 1
            XADD m * a 1
            XADD m 18446744073709551615-* a 1
            XADD o 0-* a 1
            XADD o 0-* a 1
            XADD o 5-18446744073709551615 a 1
            !XADD o 5-* a 1
            ?XADD o * a 1
            SET str v
            XADD str 1-1 a 1
            XADD str 1-1 a
            XADD str NOMKSTREAM 1-1 a 1
            XLEN str
            XRANGE str - +
            XRANGE str a b
            XDEL str 1-1
            XDEL str x
            XTRIM str MAXLEN 1
            XREAD STREAMS str 0
            XREAD STREAMS none str 0 0
            GET s
            LPUSH s a
            """#)
}

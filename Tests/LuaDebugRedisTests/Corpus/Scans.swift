// The corpus: cursors.

extension Corpus {
    static let scans = Part(
        name: "scans",
        text: #"""
            SCAN 0
            SCAN a
            SCAN -1a
            SCAN 1.5
            SCAN ""
            SCAN " 1"
            SCAN 99999999999999999999
            MSET a 1 b 2 c 3
            SADD s x
            ~SCAN 0
            ~SCAN 0 COUNT 100
            ~SCAN 0 MATCH [ab]
            ~SCAN 0 TYPE string
            ~SCAN 0 TYPE SET
            ~SCAN 0 TYPE foo
            ~SCAN 0 COUNT 100 MATCH * TYPE set
            !SCAN 0 COUNT 1
            SCAN 0 COUNT 0
            SCAN 0 COUNT -1
            SCAN 0 COUNT a
            SCAN 0 COUNT
            SCAN 0 FOO 1
            SCAN 0 MATCH
            SCAN
            HSET h f1 v1 f2 v2
            HSCAN h 0
            HSCAN h 0 MATCH f1
            HSCAN h 0 COUNT 1
            HSCAN h 5
            HSCAN none 0
            HSCAN none a
            HSCAN h a
            HSCAN a 0
            HSCAN h 0 TYPE hash
            HSCAN h 0 COUNT 0
            HSCAN none 0 COUNT 0
            HSCAN h
            SADD i 3 1 2
            SSCAN i 0
            SSCAN i 0 MATCH [12]
            SSCAN s 0
            SADD s y z
            ~SSCAN s 0
            SSCAN none 0
            SSCAN a 0
            SSCAN s 0 FOO
            ZADD z 1 a 2.5 b -inf c
            ZSCAN z 0
            ZSCAN z 0 MATCH [ab] COUNT 1
            ZSCAN none 0
            ZSCAN a 0
            ZSCAN z 0 COUNT a
            ZSCAN z
            """#)
}

// The corpus: what only answers, and cardinalities.

extension Corpus {
    static let server = Part(
        name: "server",
        text: #"""
            PING
            PING hello
            PING a b
            ECHO hi
            ECHO
            ECHO a b
            ?TIME
            TIME a
            PUBLISH ch msg
            PUBLISH ch
            SPUBLISHX ch msg
            PFADD p a b c
            PFADD p a
            PFADD p d
            PFCOUNT p
            PFADD p
            PFADD p2
            PFADD p2
            PFCOUNT p2
            PFADD p2 x y a
            PFCOUNT p p2
            PFCOUNT p p2 none
            PFMERGE p3 p p2
            PFCOUNT p3
            PFMERGE p4
            PFCOUNT p4
            PFMERGE p p2
            PFCOUNT p
            PFCOUNT none
            TYPE p
            EXISTS p2
            SET s v
            PFADD s a
            PFCOUNT s
            PFMERGE s p
            PFMERGE p s
            RPUSH l a
            PFADD l a
            PFCOUNT l
            PFCOUNT p l
            PFMERGE p l
            PFADD
            PFCOUNT
            !GET p
            !STRLEN p
            """#)
}

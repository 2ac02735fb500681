// The corpus: SORT.

extension Corpus {
    static let sorting = Part(
        name: "sorting",
        text: #"""
            RPUSH l 3 1 2 10
            SORT l
            SORT l DESC
            SORT l ASC
            SORT l ALPHA
            SORT l ALPHA DESC
            SORT l LIMIT 1 2
            SORT l LIMIT 0 0
            SORT l LIMIT 2 -1
            SORT l LIMIT -1 2
            SORT l LIMIT 10 2
            SORT l LIMIT a 2
            SORT l LIMIT 1
            SORT l FOO
            SORT l BY
            SORT none
            SORT none STORE out
            EXISTS out
            MSET w_1 30 w_2 20 w_3 10 w_10 5
            SORT l BY w_*
            SORT l BY w_* DESC
            SORT l BY nosort
            SORT l BY nosort LIMIT 1 2
            SORT l GET w_*
            SORT l GET # GET w_*
            SORT l GET none_*
            SORT l GET nostar
            SORT l BY w_* GET # LIMIT 0 2
            SORT l STORE out
            LRANGE out 0 -1
            SORT l GET none_* STORE out
            LRANGE out 0 -1
            SORT l LIMIT 0 0 STORE out
            EXISTS out
            HSET h_1 f a
            HSET h_2 f b
            SORT l GET h_*->f
            SORT l BY h_*->f ALPHA
            SORT l BY h_*->f
            SORT l GET h_*->
            SORT l GET w_*->f
            RPUSH t b a c
            SORT t
            SORT t ALPHA
            SORT t ALPHA BY h_*->g
            SADD s 3 1 2
            SORT s
            SORT s DESC
            SADD sa z y x
            SORT sa ALPHA
            ZADD z 3 c 1 a 2 b
            SORT z ALPHA
            SORT z ALPHA DESC
            SORT z BY nosort
            SORT z BY nosort DESC
            SORT z BY nosort DESC LIMIT 0 1
            SORT z BY nosort LIMIT 1 1
            SORT w_1
            SORT l STORE
            SORT
            SORT_RO l
            SORT_RO l STORE out
            SORT_RO l DESC LIMIT 0 2
            RPUSH f 1.5 0.5 -2 1e1
            SORT f
            RPUSH bad 1 "2 "
            SORT bad
            DEL bad
            RPUSH bad "" 1
            SORT bad
            """#)
}

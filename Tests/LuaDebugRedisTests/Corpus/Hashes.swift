// The corpus: hashes.

extension Corpus {
    static let hashes = Part(
        name: "hashes",
        text: #"""
            HSET h a 1
            HSET h a 2 b 3
            HSET h a
            HSET h a 1 b
            HSET h
            HMSET h c 4 d 5
            HMSET h c
            HMSET h c 1 d
            HGET h a
            HGET h none
            HGET none a
            HGET h
            HMGET h a none b
            HMGET none a b
            HMGET h
            HGETALL h
            HGETALL none
            HKEYS h
            HVALS h
            HKEYS none
            HVALS none
            HLEN h
            HLEN none
            HEXISTS h a
            HEXISTS h none
            HEXISTS none a
            HSTRLEN h a
            HSTRLEN h none
            HSTRLEN none a
            HSETNX h a 9
            HSETNX h e 9
            HSETNX h e
            HDEL h e none
            HDEL h
            HDEL none a
            HINCRBY h a 5
            HINCRBY h new 5
            HINCRBY h a -10
            HINCRBY h a a
            HINCRBY h a 1.5
            HSET h big 9223372036854775807 word x float 1.5 space " 1"
            HINCRBY h big 1
            HINCRBY h big -1
            HINCRBY h word 1
            HINCRBY h float 1
            HINCRBY h space 1
            HINCRBY newhash f 1
            HGETALL newhash
            HINCRBY newhash2 f a
            EXISTS newhash2
            HINCRBY h a
            HINCRBYFLOAT h float 0.1
            HINCRBYFLOAT h float 1e3
            HINCRBYFLOAT h float -0.1
            HINCRBYFLOAT h word 1
            HINCRBYFLOAT h space 1
            HINCRBYFLOAT h float abc
            HINCRBYFLOAT h float inf
            HINCRBYFLOAT h float -inf
            HINCRBYFLOAT h float nan
            HINCRBYFLOAT h float ""
            HINCRBYFLOAT h newf 3.0
            HINCRBYFLOAT h a 0.5
            HINCRBYFLOAT nh f 1e-5
            HINCRBYFLOAT h huge 1e4000
            HINCRBYFLOAT h huge 1e4932
            SET s v
            HSET s a 1
            HSET s a
            HMSET s a 1
            HSETNX s a 1
            HGET s a
            HMGET s a
            HGETALL s
            HKEYS s
            HVALS s
            HLEN s
            HEXISTS s a
            HSTRLEN s a
            HDEL s a
            HINCRBY s a 1
            HINCRBY s a x
            HINCRBYFLOAT s a 1
            HINCRBYFLOAT s a x
            HRANDFIELD s
            HRANDFIELD s 1
            HSET one f v
            HRANDFIELD one
            HRANDFIELD one 1
            HRANDFIELD one 5
            HRANDFIELD one -3
            HRANDFIELD one 0
            HRANDFIELD one 1 WITHVALUES
            HRANDFIELD one -2 WITHVALUES
            HRANDFIELD one 0 WITHVALUES
            HRANDFIELD one 1 FOO
            HRANDFIELD one 1 WITHVALUES x
            HRANDFIELD one a
            HRANDFIELD one 9223372036854775807
            HRANDFIELD one -9223372036854775808
            HRANDFIELD one -9223372036854775807 WITHVALUES
            HRANDFIELD one 9223372036854775807 WITHVALUES
            HRANDFIELD none
            HRANDFIELD none 1
            HRANDFIELD none -1 WITHVALUES
            HRANDFIELD none a
            ~HRANDFIELD h 100
            ~HRANDFIELD h 100 WITHVALUES
            ?HRANDFIELD h 2
            ?HRANDFIELD h -20
            ?HRANDFIELD h
            HDEL one f
            EXISTS one
            HSET "bin\x00" "\xff" "\r\n"
            HGETALL "bin\x00"
            HSET small f v
            OBJECT ENCODING small
            HSET small g aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING small
            HDEL small g
            !OBJECT ENCODING small
            """#)
}

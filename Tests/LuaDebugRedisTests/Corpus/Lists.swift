// The corpus: lists.

extension Corpus {
    static let lists = Part(
        name: "lists",
        text: #"""
            LPUSH l a b c
            RPUSH l d e
            LRANGE l 0 -1
            LRANGE l 1 2
            LRANGE l -2 -1
            LRANGE l -100 100
            LRANGE l 3 1
            LRANGE l 10 20
            LRANGE l a 1
            LRANGE l 0 b
            LRANGE l 0
            LRANGE none 0 -1
            LRANGE none a b
            LRANGE l -9223372036854775808 9223372036854775807
            LPUSH l
            LPUSHX none a
            RPUSHX none a
            EXISTS none
            LPUSHX l x y
            RPUSHX l z
            LLEN l
            LLEN none
            LPOP l
            RPOP l
            LPOP l 2
            RPOP l 2
            LPOP l 0
            LPOP l -1
            LPOP l a
            LPOP l 1 2
            LPOP none
            LPOP none 2
            LPOP none 0
            LPOP none -1
            RPOP none 2
            LPOP l 100
            EXISTS l
            RPUSH l a b c b a
            LINDEX l 0
            LINDEX l -1
            LINDEX l 5
            LINDEX l -6
            LINDEX l a
            LINDEX none 0
            LINDEX none a
            LINDEX l -9223372036854775808
            LSET l 0 A
            LSET l -1 Z
            LSET l 5 x
            LSET l -6 x
            LSET l a x
            LSET none 0 x
            LSET none a x
            LRANGE l 0 -1
            LINSERT l BEFORE b x
            LINSERT l AFTER b y
            LINSERT l after Z end
            LINSERT l BEFORE none x
            LINSERT l FOO b x
            LINSERT none BEFORE a x
            LINSERT none FOO a x
            LINSERT l BEFORE b
            LRANGE l 0 -1
            RPUSH m a b a c a d a
            LREM m 2 a
            LRANGE m 0 -1
            LREM m -1 a
            LRANGE m 0 -1
            LREM m 0 a
            LREM m 0 a
            LRANGE m 0 -1
            LREM m a b
            LREM none 0 a
            LREM none a a
            LREM m -9223372036854775808 b
            LREM m 0 c
            LREM m 0 d
            EXISTS m
            RPUSH t 1 2 3 4 5
            LTRIM t 1 3
            LRANGE t 0 -1
            LTRIM t -2 -1
            LRANGE t 0 -1
            LTRIM t a 1
            LTRIM none 0 1
            LTRIM none a 1
            LTRIM t 5 1
            EXISTS t
            RPUSH p a b c 1 2 3 c c
            LPOS p c
            LPOS p c RANK 2
            LPOS p c RANK -1
            LPOS p c RANK -3
            LPOS p c RANK 4
            LPOS p c COUNT 2
            LPOS p c COUNT 0
            LPOS p c RANK -1 COUNT 2
            LPOS p c RANK 2 COUNT 0
            LPOS p c MAXLEN 2
            LPOS p c MAXLEN 3
            LPOS p c MAXLEN 0
            LPOS p c COUNT 0 MAXLEN 7
            LPOS p c RANK -1 MAXLEN 1
            LPOS p c RANK 0
            LPOS p c RANK a
            LPOS p c RANK -9223372036854775808
            LPOS p c RANK 9223372036854775807
            LPOS p c RANK -9223372036854775807
            LPOS p c COUNT -1
            LPOS p c COUNT a
            LPOS p c MAXLEN -1
            LPOS p c MAXLEN a
            LPOS p c RANK
            LPOS p c FOO 1
            LPOS p none
            LPOS p none COUNT 1
            LPOS none a
            LPOS none a COUNT 1
            LPOS none a RANK 0
            LPOS p
            RPUSH src 1 2 3
            LMOVE src dst LEFT RIGHT
            LMOVE src dst RIGHT LEFT
            LRANGE dst 0 -1
            LMOVE src src LEFT RIGHT
            LMOVE src dst FOO LEFT
            LMOVE src dst LEFT FOO
            LMOVE none dst LEFT LEFT
            LMOVE src dst LEFT
            LMOVE src dst LEFT LEFT
            EXISTS src
            LMOVE dst dst LEFT RIGHT
            LRANGE dst 0 -1
            RPOPLPUSH dst dst2
            RPOPLPUSH dst dst
            RPOPLPUSH none dst
            LRANGE dst 0 -1
            RPUSH single x
            PEXPIREAT single 9999999999999
            RPOPLPUSH single single
            LMOVE single single LEFT LEFT
            PEXPIRETIME single
            RPUSH q a b c d
            LMPOP 2 none q LEFT
            LMPOP 1 q RIGHT COUNT 2
            LMPOP 1 q LEFT COUNT 10
            EXISTS q
            LMPOP 1 none LEFT
            LMPOP 0 q LEFT
            LMPOP -1 q LEFT
            LMPOP a q LEFT
            LMPOP 2 q LEFT
            LMPOP 1 q FOO
            LMPOP 1 q LEFT COUNT 0
            LMPOP 1 q LEFT COUNT -1
            LMPOP 1 q LEFT COUNT a
            LMPOP 1 q LEFT COUNT
            LMPOP 1 q LEFT COUNT 1 COUNT 1
            LMPOP 1 q LEFT FOO 1
            LMPOP 1 q
            LMPOP 100 q LEFT
            LMPOP 9223372036854775807 q LEFT
            SET s v
            LMPOP 1 s LEFT
            LMPOP 2 none s LEFT
            LPUSH s a
            LPUSHX s a
            LPOP s
            LPOP s 0
            LPOP s a
            LLEN s
            LRANGE s 0 -1
            LINDEX s 0
            LINDEX s a
            LSET s 0 a
            LINSERT s BEFORE a b
            LREM s 0 a
            LTRIM s 0 1
            LPOS s a
            LMOVE s dst LEFT LEFT
            LMOVE dst s LEFT LEFT
            LMOVE none s LEFT LEFT
            RPOPLPUSH s dst
            RPOPLPUSH dst s
            LRANGE dst 0 -1
            OBJECT ENCODING dst
            """#)
}

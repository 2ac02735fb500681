// Commands at random over a few keys, the same for the same seed: most of them make sense, some do not.

import LuaDebugRedis

/// A generator of commands.
///
/// What it makes leaves nothing to chance on the other side: no member is picked at random, no time is relative.
struct Generator {
    private var random: KeyspaceRandom

    init(seed: UInt64) { random = KeyspaceRandom(seed: seed) }

    /// Single letters stand for kinds of words, see `word`; a mark in front says how to compare, as in the corpus.
    private static let templates = """
        SET s v | SET s n | SET s v NX | SET s v XX GET | SET s v GET | SET s v KEEPTTL | SET s v o o | GET s | GET s
        GETDEL s | GETEX s PERSIST | GETSET s v | SETNX s v | MGET s s s | MSET s v s n | MSETNX s v s v | APPEND s v
        STRLEN s | GETRANGE s i i | SETRANGE s j v | INCR s | DECR s | INCRBY s n | DECRBY s n | INCRBYFLOAT s d
        SETBIT s j b | GETBIT s j | BITCOUNT s | BITCOUNT s i i | BITCOUNT s i i BIT | BITPOS s b | BITPOS s b i
        BITPOS s b i i | BITPOS s b i i BIT | BITOP AND s s s | BITOP XOR s s s | BITOP NOT s s
        DEL k | DEL k k | UNLINK k | EXISTS k k | TYPE k | RENAME k k | RENAMENX k k | COPY k k | COPY k k REPLACE
        COPY k k DB 1 REPLACE | MOVE k 1 | SELECT 1 | SELECT 0 | SELECT 0 | ~KEYS p | ~KEYS * | DBSIZE | TOUCH k k
        EXPIREAT k t | PEXPIREAT k t | EXPIREAT k t NX | EXPIREAT k t XX | EXPIREAT k t GT | PEXPIREAT k t LT
        EXPIRETIME k | PEXPIRETIME k | PERSIST k | TTL none | EXPIRE k -1
        HSET h f v | HSET h f n f v f d | HMSET h f v f n | HSETNX h f v | HGET h f | HMGET h f f f | ~HGETALL h
        ~HKEYS h | ~HVALS h | HLEN h | HEXISTS h f | HSTRLEN h f | HDEL h f | HDEL h f f | HINCRBY h f n
        HINCRBYFLOAT h f d | ~HSCAN h 0 COUNT 1000 | ~HSCAN h 0 MATCH p COUNT 1000
        LPUSH l v | RPUSH l v v v | LPUSHX l v | RPUSHX l v | LPOP l | RPOP l | LPOP l j | RPOP l j | LLEN l
        LRANGE l i i | LRANGE l 0 -1 | LINDEX l i | LSET l i v | LINSERT l BEFORE v v | LINSERT l AFTER v v
        LREM l i v | LTRIM l i i | LPOS l v | LPOS l v RANK i | LPOS l v COUNT j RANK i | LPOS l v MAXLEN j COUNT 0
        LMOVE l l LEFT RIGHT | LMOVE l l RIGHT LEFT | RPOPLPUSH l l | LMPOP 2 l l LEFT COUNT 2 | LMPOP 1 l RIGHT
        SADD m v | SADD m v v n | SADD m f | SREM m v | SREM m v n | ~SMEMBERS m | SISMEMBER m v | SMISMEMBER m v v
        SCARD m | ~SPOP m 100 | ~SRANDMEMBER m 100 | SMOVE m m v | ~SINTER m m | ~SUNION m m | ~SDIFF m m
        SINTERSTORE m m m | SUNIONSTORE m m m | SDIFFSTORE m m m | SINTERCARD 2 m m | SINTERCARD 2 m m LIMIT j
        ~SSCAN m 0 COUNT 1000
        ZADD w 0 f 0 f | ZADD w 0 f 0 v | ZREM w f | ZRANGE w 0 -1 REV
        ZADD z x f | ZADD z x f x f x v | ZADD z NX x f | ZADD z XX CH x f | ZADD z GT x f | ZADD z LT CH x f
        ZADD z INCR x f | ZADD z GT INCR x f | ZADD z o x f | ZADD z CH o x f x f | ZREM z f f | ZSCORE z f
        ZMSCORE z f f | ZINCRBY z x f | ZCARD z | ZCOUNT z r r | ZLEXCOUNT w y y | ZRANK z f | ZREVRANK z f
        ZRANGE z i i | ZRANGE z i i WITHSCORES | ZRANGE z i i REV WITHSCORES | ZRANGE z r r BYSCORE
        ZRANGE z r r BYSCORE REV | ZRANGE z r r BYSCORE LIMIT i i WITHSCORES | ZRANGE w y y BYLEX
        ZRANGE w y y BYLEX REV LIMIT j i | ZRANGESTORE z z i i | ZRANGESTORE z z r r BYSCORE | ZREVRANGE z i i
        ZRANGEBYSCORE z r r WITHSCORES | ZREVRANGEBYSCORE z r r LIMIT j j | ZRANGEBYLEX w y y | ZREVRANGEBYLEX w y y
        ZREMRANGEBYRANK z i i | ZREMRANGEBYSCORE z r r | ZREMRANGEBYLEX w y y | ZPOPMIN z | ZPOPMAX z j
        ZUNION 2 z z WITHSCORES | ZUNION 2 z m WEIGHTS x x WITHSCORES | ZINTER 2 z z AGGREGATE MIN WITHSCORES
        ZDIFF 2 z z WITHSCORES | ZUNIONSTORE z 2 z z | ZINTERSTORE z 2 z m WEIGHTS x x AGGREGATE MAX
        ZDIFFSTORE z 2 z z | ZINTERCARD 2 z z LIMIT j | ZMPOP 2 z z MIN | ZMPOP 1 z MAX COUNT 2
        ~ZSCAN z 0 COUNT 1000 | ~ZSCAN z 0 MATCH p COUNT 1000
        XADD q u f v | XADD q u f v | XADD q MAXLEN j u f v | XADD q NOMKSTREAM u f v f v | XLEN q | XRANGE q - +
        XRANGE q u u | XRANGE q (u + COUNT j | XREVRANGE q + - | XREVRANGE q u u COUNT 2 | XDEL q u u | XTRIM q MAXLEN j
        XTRIM q MINID u | XREAD COUNT j STREAMS q q u u | DEL q
        SORT l | SORT l ALPHA DESC | ~SORT m ALPHA LIMIT 0 100 | SORT z ALPHA | ~SORT l BY nosort GET s GET #
        SORT l ALPHA STORE l | ~SORT z BY nosort
        """.split(whereSeparator: { "\n|".contains($0) }).map { $0.split(separator: " ") }

    private static let words: [Substring: [String]] = [
        "v": ["a", "b", "c", "hello", "10", "3", "", "\"\\xff\\x00\"", "x y", "9223372036854775807", "1.5"],
        "f": ["a", "b", "c", "d", "e", "aa", "ab", "1", "2", ""],
        "n": ["1", "-1", "5", "100", "-7", "9223372036854775807", "-9223372036854775808", "abc", "1.5", "007"],
        "d": ["1", "0.5", "-0.25", "1e3", "10.1", "0.1", "-3", "3.0e-2", "abc", "inf", "1e300", "5e-7"],
        "i": ["0", "1", "2", "-1", "-2", "3", "5", "-5", "100", "-100", "x"],
        "j": ["0", "1", "2", "3", "7", "20", "100", "-1"],
        "b": ["0", "1", "1", "0", "2"],
        "o": ["NX", "XX", "GT", "LT", "CH", "GET", "KEEPTTL", "INCR", "FOO"],
        "p": ["*", "a*", "?", "[a-c]", "*[^a]*", "?1", "s*", "h[el]*o"],
        "t": ["9999999999", "9999999999000", "8888888888", "99999999990", "1", "-1", "abc"],
        "x": ["1", "2", "3", "0.5", "-1", "1e2", "2.25", "inf", "-inf", "0", "0.1", "nan", "abc"],
        "r": ["-inf", "+inf", "0", "1", "2", "(1", "(2", "3", "(0.5", "100", "-1", "abc", ""],
        "y": ["-", "+", "[a", "(a", "[b", "(c", "[aa", "[d", "(", "a"],
    ]

    mutating func next() -> String {
        var words = pick(Self.templates).map { word($0) }
        // What is missing, or too much, or changed places.
        switch Int.random(in: 0..<60, using: &random) {
        case 0 where words.count > 1 && !words[0].hasPrefix("~S"): words.removeLast()
        case 1: words.append(pick(["x", "1", "LIMIT", "WITHSCORES", "GET"]))
        case 2 where words.count > 2 && !words.contains { $0.hasPrefix("w") }:
            words.swapAt(words.count - 1, words.count - 2)
        default: break
        }
        return words.joined(separator: " ")
    }

    private mutating func word(_ letter: Substring) -> String {
        switch letter {
        case "w":
            // One score for all, so that the order of bytes means something: nothing else writes to it.
            return "w" + String(Int.random(in: 1...2, using: &random))
        case "s", "h", "l", "m", "z":
            // Mostly a key of the right type, and then any.
            if Int.random(in: 0..<12, using: &random) == 0 { return word("k") }
            return letter + String(Int.random(in: 1...3, using: &random))
        case "q": return "q" + String(Int.random(in: 1...2, using: &random))
        case "u", "(u":
            let time = Int.random(in: 1...300, using: &random)
            return letter.dropLast() + pick(["\(time)-*", "\(time)-*", "\(time)-1", "\(time)", "\(time)-2"])
        case "k": return pick(["s", "h", "l", "m", "z"]) + String(Int.random(in: 1...3, using: &random))
        default:
            guard let words = Self.words[letter] else { return String(letter) }
            let word = pick(words)
            return word.isEmpty || word.contains(" ") ? "\"\(word)\"" : word
        }
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }
}

// The corpus: values on their way into a script and out of it, errors, and the table `redis`.

extension ScriptCorpus {
    static let conversions = Corpus.Part(
        name: "conversions",
        text: #"""
            return
            return nil
            return 1
            return 3.99
            return -3.99
            return 1e15
            return 1e30
            return -1e30
            return 0/0
            return 1/0
            return -1/0
            return 2^53
            return '10'
            return ''
            return 'a\0b\r\nc'
            return true
            return false
            return {}
            return {1,2,3}
            return {1,2,nil,4}
            return {[0]=1,[2]=3}
            return {1,[3]=3}
            return {1.5,'x',true,false,{2,{3}}}
            return {a=1}
            return {1,2,{3,nil,4},3.99,-3.99,true,false,'x',{ok='fine'},{err='bad'}}
            return {ok='fine'}
            return {ok=''}
            return {ok='a\r\nb'}
            return {ok=1}
            return {ok=true}
            return {err='bad'}
            return {err='ERR bad thing'}
            return {err=''}
            return {err='-bad\r\nx'}
            return {err=1}
            return {err='a', ok='b'}
            return {double=3.5}
            return {double=3}
            return {double='3'}
            return {double=0.1}
            return {double=1e100}
            return {double=1/0}
            return {map={a=1}}
            return {map={}}
            return {map=1}
            return {set={a=true}}
            return {set={}}
            return {map={[1]={2,{map={x='y'}}}}}
            return {big_number='1234567890123456789012'}
            return {verbatim_string={string='abc',format='txt'}}
            return {verbatim_string={string='abc'}}
            redis.setresp(3) return true
            redis.setresp(3) return false
            redis.setresp(3) return nil
            redis.setresp(3) return {true,false,1.5}
            redis.setresp(3) return {double=1.5}
            redis.setresp(3) return {map={a={set={b=true}}}}
            redis.setresp(3) redis.setresp(2) return true
            return function() end
            return coroutine.create(function() end)
            return 1, 2, 3
            local t={1,2} return {t,t,{t}}
            return setmetatable({}, {__index=function() return 'x' end})
            return setmetatable({1}, {__index={1,2,3}})
            return {redis.call('ping'), redis.call('get','none')}
            return tostring(redis.call('get','none'))
            redis.setresp(3) return tostring(redis.call('get','none'))
            redis.call('hset','h','f','v') redis.setresp(3) local m=redis.call('hgetall','h') return {m.map.f}
            redis.call('hset','h','f','v') return redis.call('hgetall','h')
            redis.call('hset','h','f','v') redis.setresp(3) return redis.call('hgetall','h')
            redis.call('sadd','s','m') redis.setresp(3) return tostring(redis.call('smembers','s').set.m)
            redis.call('sadd','s','m') redis.setresp(3) return redis.call('smembers','s')
            redis.call('zadd','z',1.5,'m') redis.setresp(3) return tostring(redis.call('zscore','z','m').double)
            redis.call('zadd','z',1.5,'m') redis.setresp(3) return redis.call('zscore','z','m')
            redis.call('zadd','z',1.5,'m') return redis.call('zscore','z','m')
            return type(redis.call('zadd','z',2,'n'))
            return redis.call('lrange','none',0,-1)
            return redis.call('exists','none')
            return redis.call('set','a',1.5)
            return redis.call('get','a')
            redis.call('set','a',0.1) return redis.call('get','a')
            redis.call('set','a',1e20) return redis.call('get','a')
            redis.call('set','a',10/2) return redis.call('get','a')
            redis.call('set','a',-7) return redis.call('get','a')
            redis.call('set','a',2^40) return redis.call('get','a')
            redis.call('set','a',1/3) return redis.call('get','a')
            redis.call('set','a',1/0) return redis.call('get','a')
            redis.call('set','a',-1/0) return redis.call('get','a')
            return KEYS --| a "b c" , d
            return ARGV --| a , d "" "x\x00y"
            return {#KEYS,#ARGV}
            return {KEYS[1],ARGV[1],KEYS[2],'after'} --| a , d
            return ARGV[1]+1 --| , 10
            return ARGV[1]..KEYS[1] --| k , 10
            KEYS[1]='x' return KEYS --| a
            return type(ARGV[1]) --| , 10
            """#)

    static let errors = Corpus.Part(
        name: "errors",
        text: #"""
            error('x')
            error('x', 0)
            error('x', 2)
            error()
            error(nil)
            error(true)
            !error(12)
            error({err='My bad'})
            error({err='ERR custom', ok='x'})
            error({err=1})
            error(redis.error_reply('CODE message'))
            local function f() error('in f') end f()
            local function f() error('in f', 2) end local x = 1 f()
            local function f() local x = nil + 1 end f()
            assert(false)
            assert(false, 'said')
            assert(nil, 'said')
            return return
            local x = = 1
            !if true then
            !return 'unfinished
            !goto x
            string.rep()
            ('x'):rep({})
            !('x'):bad()
            local t = {} t[nil] = 1
            return {} < 1
            return #5
            return 'a' + 1
            return 'a' .. nil
            return 'a' .. {}
            return 1 < 'x'
            local ok, m = pcall(error, 'x') return m
            local ok, m = pcall(error, {err='told'}) return {type(m), m}
            local ok, m = pcall(error, {err=5}) return type(m)
            local ok, m = pcall(error, {other='told'}) return {type(m), m.other}
            local ok, m = pcall(error) return tostring(m)
            return pcall(error, 'x')
            return {pcall(function(...) return ... end, 1, 2)}
            !return {pcall(string.rep)}
            return select(2, pcall(error, 'a\nb'))
            error('a\nb')
            local ok, m = xpcall(function() error('x') end, function(m) return m .. '!' end) return m
            local ok, m = xpcall(function() redis.call('nosuch') end, function(m) return type(m) end) return m
            local ok, m = pcall(redis.call) return {type(m), m}
            local ok, m = pcall(redis.call, 'nosuch') return m
            local ok, m = pcall(redis.call, 'get') return m
            redis.call('set', 's', 'v') local ok, m = pcall(redis.call, 'lpush', 's', 'x') return m
            redis.call('lpush', 's', 'x')
            redis.pcall('lpush', 's', 'x') return 1
            return redis.pcall('lpush', 's', 'x')
            return redis.pcall('lpush', 's', 'x').err
            return {redis.pcall('lpush', 's', 'x')}
            local e = redis.pcall('nosuch') local r = {} for k, v in pairs(e) do r[#r+1] = k .. '=' .. tostring(v) end table.sort(r) return r
            return error(redis.pcall('nosuch'))
            return redis.call('nosuch')
            return redis.call('get')
            return redis.call()
            return redis.call({})
            return redis.call('set', 'x', true)
            return redis.call('set', 'x', nil)
            return redis.call('set', nil, 'x')
            return redis.call(function() end)
            return redis.call('subscribe', 'x')
            return redis.call('eval', 'return 1', 0)
            return redis.call('blpop', 'x', 0)
            return redis.call('config', 'get', 'x')
            return redis.call('multi')
            return redis.call(1)
            return redis.call('GeT', 's')
            local co = coroutine.create(function() error('in co') end) return select(2, coroutine.resume(co))
            local co = coroutine.wrap(function() error('in co') end) co()
            local co = coroutine.wrap(function() return redis.call('get', 's') end) return co()
            !coroutine.yield(1)
            local f = loadstring('x =') return tostring(f)
            loadstring('error("in chunk")')()
            loadstring('error("in chunk")', '@named')()
            """#)

    static let redis = Corpus.Part(
        name: "redis",
        text: #"""
            return redis.error_reply('x y')
            return redis.error_reply('-x y')
            return redis.error_reply('-x')
            return redis.error_reply('x')
            return redis.error_reply()
            return redis.error_reply(1)
            return redis.error_reply('a b\r\n')
            return redis.error_reply('a', 'b')
            return redis.error_reply('a b').err
            return redis.status_reply('x')
            return redis.status_reply('a\r\nb')
            return redis.status_reply()
            return redis.status_reply(1)
            return redis.status_reply('x').ok
            return redis.sha1hex()
            return redis.sha1hex('')
            return redis.sha1hex('abc')
            return redis.sha1hex(1)
            return redis.sha1hex(1.5)
            return redis.sha1hex({})
            return redis.sha1hex(1, 2)
            return redis.sha1hex(string.rep('a', 119))
            return redis.sha1hex(string.rep('ab\0', 1000))
            return redis.log()
            return redis.log('a', 'b')
            return redis.log(redis.LOG_DEBUG)
            return redis.log(9, 'b')
            return redis.log(-1, 'b')
            return redis.log(redis.LOG_DEBUG, 'b', 'c', 1)
            return {redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING}
            return {redis.REPL_NONE, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_ALL}
            return {redis.REDIS_VERSION, redis.REDIS_VERSION_NUM}
            return redis.setresp()
            return redis.setresp(4)
            return redis.setresp('x')
            return redis.setresp('3')
            return redis.setresp(2.9)
            return redis.setresp(3)
            return redis.set_repl()
            return redis.set_repl(9)
            return redis.set_repl(redis.REPL_ALL)
            return redis.set_repl(redis.REPL_NONE)
            return redis.replicate_commands()
            return redis.breakpoint()
            return select('#', redis.debug(1, 2))
            return redis.acl_check_cmd('get', 'x')
            return redis.acl_check_cmd('getx', 'x')
            return redis.acl_check_cmd()
            return tostring(redis.register_function)
            return tostring(redis.nothing)
            """#)
}

// Functions of libraries under the debugger, over the wire: DFCALL on luadebug serve.

import Foundation
import Testing

@testable import LuaDebugServer

@Suite("DFCALL", .serialized, .timeLimit(.minutes(5)))
struct RedisFunctionTests {
    private static let library = """
        #!lua name=lib
        local function add(key, by)
          return redis.call('INCRBY', key, by)
        end
        redis.register_function('grow', function(keys, args)
          local n = add(keys[1], args[1])
          local twice = n * 2
          return {n, twice}
        end)
        local function look(keys)
          return redis.call('GET', keys[1])
        end
        redis.register_function{function_name = 'look', flags = {'no-writes'}, callback = look}
        redis.register_function{function_name = 'sly', flags = {'no-writes'}, callback = function(keys)
          return redis.call('SET', keys[1], 1)
        end}
        redis.register_function('bad', function()
          local t
          return t.x
        end)
        redis.register_function('endless', function(keys)
          while true do redis.call('INCR', keys[1]) end
        end)
        """

    /// On a server of its own which has the library: what redis-cli prints for these lines, without empty ones.
    private func typed(_ lines: String, _ options: String = "") async throws -> [String] {
        let folder = try Folder()
        try folder.write(lines + "\n", to: "typed")
        try folder.write(Self.library, to: "lib.lua")
        let shell = """
            cd '\(folder.path)'
            '\(Running.program)' serve --resp "unix:$PWD/l" \(options) > ours.log & OURS=$!
            trap 'kill $OURS' EXIT
            until redis-cli -s l PING > /dev/null 2>&1; do kill -0 $OURS || exit 1; sleep 0.01; done
            redis-cli -x -s l FUNCTION LOAD < lib.lua
            redis-cli -s l < typed 2>&1
            """
        let text = try await offPool { try Programs.output(of: shell) }
        return text.split(separator: "\n").map(String.init)
    }

    @Test("a function is stepped through in its library's text, with breakpoints, RESTART and rollback as for a script")
    func session() async throws {
        let output = try await typed(
            """
            SET n 40
            DFCALL grow 1 n 2
            GETCODE
            GETCODE 1
            DOEVAL "keys[1] .. args[1]"
            BADD 3
            RUN
            GETCODE
            BCALL incrby
            RUN
            STEPOVER
            DOEVAL n
            DRESTART
            DOEVAL "redis.call('GET', 'n')"
            END
            GET n
            FCALL grow 1 n 2
            DEFFECTS KEEP
            DFCALL GROW 1 n 2
            END
            GET n
            """)
        #expect(
            output == [
                "lib", "OK", "6", "  local n = add(keys[1], args[1])", "#!lua name=lib", "n2", "0", "0",
                "  return redis.call('INCRBY', key, by)", "incrby", "7", "42", "6", "40", "42", "84", "40", "42", "84",
                "keep", "6", "44", "88", "44",
            ])
    }

    @Test("errors have the function's name and the library's line; what is no function is refused; a promise is kept")
    func failures() async throws {
        let output = try await typed(
            """
            DFCALL nosuch 0
            DFCALL grow x
            DFCALL grow -1
            DFCALL grow 2 n
            DFCALL grow
            RUN
            DFCALL bad 0
            RUN
            END
            DFCALL sly 1 n
            END
            SET n 7
            DFCALL look 1 n
            RUN
            GETRETURN
            ABORT
            DFCALL grow 1 n 1
            ABORT
            DSESSIONS
            """)
        let bad =
            "ERR user_function:19: attempt to index a nil value (local 't') script: bad, on @user_function:19."
        let sly = "Write commands are not allowed from read-only scripts. script: sly, on @user_function:15."
        #expect(
            output == [
                "lib", "ERR Function not found", "ERR Bad number of keys provided",
                "ERR Number of keys can't be negative", "ERR Number of keys can't be greater than number of args",
                "ERR wrong number of arguments for 'dfcall'", "NOSESSION no debug session: DEVAL begins one",
                "18", bad, bad, "15", "ERR \(sly)", "OK", "11", "OK", "7", "OK", "6", "OK",
            ])
    }

    @Test("a library that was replaced is another one for the next session, and what it has no more is not found")
    func replaced() async throws {
        let output = try await typed(
            #"""
            DFCALL grow 1 n 2
            STEPOVER
            ABORT
            FUNCTION LOAD REPLACE "#!lua name=lib\n\n\nredis.register_function('grow', function()\n  return 'new'\nend)"
            DFCALL grow 1 n 2
            END
            DFCALL look 1 n
            """#)
        #expect(output == ["lib", "6", "7", "OK", "lib", "5", "new", "ERR Function not found"])
    }

    @Test("an endless function ends by the limit of time, and by SCRIPT KILL from another connection")
    func endless() async throws {
        let limited = try await typed("DFCALL endless 1 n\nRUN\nABORT\nFCALL endless 1 n", "--time 1")
        #expect(
            limited == [
                "lib", "22", "KILLED the script was ended (time limit)", "OK", "ERR The script was ended (time limit)",
            ])
        let folder = try Folder()
        try folder.write(Self.library, to: "lib.lua")
        let shell = """
            cd '\(folder.path)'
            '\(Running.program)' serve --resp "unix:$PWD/l" > ours.log & OURS=$!
            trap 'kill $OURS' EXIT
            until redis-cli -s l PING > /dev/null 2>&1; do kill -0 $OURS || exit 1; sleep 0.01; done
            redis-cli -x -s l FUNCTION LOAD < lib.lua
            redis-cli -s l FCALL endless 1 n > called 2>&1 & CALLED=$!
            until [ "$(redis-cli -s l EXISTS n)" = 1 ]; do sleep 0.01; done
            redis-cli -s l FUNCTION KILL
            wait $CALLED; cat called
            printf 'DEFFECTS KEEP\\nDFCALL endless 1 m\\nRUN\\n' | redis-cli -s l > debugged 2>&1 & DEBUGGED=$!
            until [ "$(redis-cli -s l EXISTS m)" = 1 ]; do sleep 0.01; done
            redis-cli -s l SCRIPT KILL
            wait $DEBUGGED; cat debugged
            """
        let killed = try await offPool { try Programs.output(of: shell) }.split(separator: "\n").map(String.init)
        #expect(
            killed == [
                "lib", "OK", "ERR Script killed by user with SCRIPT KILL. script: endless", "OK", "keep", "22",
                "KILLED the script was ended (SCRIPT KILL)",
            ])
    }

    @Test("a server without data has no functions")
    func plain() async throws {
        let output = try await typed("DFCALL f 0\nFCALL f 0", "--plain")
        #expect(
            output == [
                "ERR unknown command 'FUNCTION'", "ERR the host has no libraries of functions; DEVAL debugs a script",
                "ERR unknown command 'FCALL'",
            ])
    }
}

// Examples/Workers, fifty Lua workers in one server, as people and programs meet it: by nc and by redis-cli.

import Foundation
import Testing

@Suite("The example of a host with fifty workers")
struct WorkersTests {
    /// Runs `commands` with the ports of the two doors in `$console` and `$resp`; what they print, and then the example.
    private func run(_ commands: String) async throws -> String {
        let script = #"""
            folder=$(mktemp -d)
            mkfifo "$folder/in" "$folder/out"
            'PROGRAM' < "$folder/in" > "$folder/out" &
            server=$!
            trap 'kill $server; rm -r "$folder"' EXIT
            exec 3> "$folder/in" 4< "$folder/out"
            read -r -u 4 line; console=${line##*:}
            read -r -u 4 line; resp=${line##*:}
            # Lines of a console, each up to one that is like this, which is printed.
            hear() {
                while read -r -t 20 -u "${nc[0]}" line; do
                    line=${line##*(luadebug) }
                    [[ $line == $1 ]] && { printf '%s\n' "$line"; return; }
                done
                echo "nothing like $1"
            }
            tell() { printf '%s\n' "$1" >&"${nc[1]}"; }
            # What a session says of itself.
            session() { redis-cli -p "$resp" DSESSIONS | awk -v RS='\nid\n|^id\n' -v name="$1" 'index($0, "name\n" name "\n")'; }
            COMMANDS
            echo end >&3
            cat <&4
            """#
        let path = Programs.folder.appendingPathComponent("Workers").path
        let whole = script.replacingOccurrences(of: "PROGRAM", with: path)
            .replacingOccurrences(of: "COMMANDS", with: commands)
        return try await blocking { try Programs.output(of: whole) }
    }

    @Test("one is attached to by nc, stopped, stepped and left: the other 49 have no hook, and all results are right")
    func console() async throws {
        let output = try await run(
            """
            coproc nc { nc -N 127.0.0.1 "$console"; }
            hear 'luadebug, *'
            tell 'attach worker 7'; hear 'The script is running*'
            tell interrupt; hear '*interrupted*' > /dev/null
            tell 'b 6, n == 100'; hear 'Breakpoint*'
            tell c; hear 'worker.lua:6*'
            tell 'p n, sum'; hear '100, *'
            tell n; hear 'worker.lua:*' > /dev/null
            tell run; hear '[*][*][*] *'
            tell kill; hear '*ended*'
            tell detach; hear 'Detached*'
            tell 'attach worker 8 observe'; hear 'Looking*'
            tell interrupt; hear '[*][*][*] *' > "$folder/said"; sed 's/127[0-9.:]*/peer/' "$folder/said"
            tell q
            """)
        #expect(
            output == """
                luadebug, 50 sessions
                The script is running; interrupt stops it, help lists the commands.
                Breakpoint 0 at worker.lua:6
                worker.lua:6 in a function of line 1: breakpoint 0
                100, 5050
                *** This script is run by the host: only the host can start it again.
                The script was ended.
                Detached; the script goes on.
                Looking on at worker 8.
                *** "peer" observes this session; only who controls it can do this.
                jobs done: many, all of them right
                jobs ended by a debugger: 1
                workers that had a hook: worker 7

                """)
    }

    @Test(
        "one is attached to by redis-cli, looked at and left; one is ended; a client that is killed leaves its worker alone"
    )
    func resp() async throws {
        let output = try await run(
            #"""
            printf '%s\n' 'DATTACH "worker 12"' 'BADD 6' RUN 'DOEVAL "sum == n * (n + 1) // 2"' END DDETACH |
                redis-cli -p "$resp" | grep .
            redis-cli -p "$resp" DKILL "$(session 'worker 20' | head -1)"
            redis-cli -p "$resp" < <(printf '%s\n' 'DATTACH "worker 3"' 'BADD 4' RUN; sleep 30) > /dev/null &
            lost=$!
            until session 'worker 3' | grep stopped; do sleep 0.01; done
            kill -9 $lost
            while session 'worker 3' | grep -q -e stopped -e 127.0.0.1; do sleep 0.01; done
            session 'worker 3' | sed -n 5p
            """#)
        // Whether a call of a worker ended with a hook depends on when it was asked to look up.
        let (rest, hooked) = try #require(
            output.range(of: "workers that had a hook: ").map { found in
                (output[..<found.lowerBound], output[found.upperBound...].dropLast().components(separatedBy: ", "))
            })
        #expect(Set(hooked).isSubset(of: ["worker 3", "worker 12", "worker 20"]) && hooked.contains("worker 20"))
        #expect(
            rest == """
                0
                0
                1
                ERR the host runs this script, its end is not known here: DDETACH leaves it
                OK
                OK
                stopped
                running
                jobs done: many, all of them right
                jobs ended by a debugger: 1

                """)
    }
}

// The guided tour: finds the bug in the example script, with commands that are really run.

import LuaDebugConsole

@MainActor enum Tour {
    static let invitation = """
        This is an example script with a bug: a client gets more requests than it should. `help` lists the commands;
        `list`, `break 18, count == limit` and `continue` are a beginning.
        """

    private static let steps: [(comment: String, commands: [String])] = [
        (
            "The example is a rate limiter; it allows each client 3 requests in 10 seconds. This is its heart.",
            ["list 13, 23"]
        ),
        ("What does it do? Run it to the end.", ["continue"]),
        (
            "How many requests were counted at each one that it accepted? A log point tells, and does not stop.",
            ["restart", "break 21, client == 'Ada'", "log $ Ada at {now}: {count} before this one", "continue"]
        ),
        (
            "Ada had 4 requests in 6 seconds. Again, to where it decides, when she has used up her limit.",
            ["clear", "restart", "break 18, count == limit", "display count", "continue"]
        ),
        ("Who called this, and with what?", ["where", "args", "locals", "upvalues"]),
        ("It should refuse now. Will it?", ["p count > limit, count >= limit"]),
        ("There is the bug: > where >= is meant. And so it goes to the line that accepts the fourth.", ["step"]),
        (
            "Would one less mend it? Change the variable in a new run, before the first request is decided.",
            ["clear", "undisplay", "restart", "tbreak allow", "continue", "p limit", "!limit = limit - 1", "p limit"]
        ),
        (
            "Does it still forget old requests? Step into that once there are some; until leaves the loop.",
            ["break allow, now == 13", "continue", "next", "next", "step", "step", "until", "p times", "return"]
        ),
        ("It does. Run to the end: Ada is refused at 6 seconds now, and gets 3 at most.", ["clear", "continue"]),
    ]

    static func give(with console: Console) async {
        print("# A guided tour: each command as you would type it on a terminal, and the reply.")
        await console.showState()
        for step in steps {
            print("\n# \(step.comment)")
            for command in step.commands {
                print(await console.prompt + command)
                await console.interpret(command)
            }
        }
        print("\n# So line 18 has to say: if count >= limit then. Run luadebug on a terminal to try for yourself.")
    }
}

// What `make bench-quick` holds the engine to: counts, the same wherever the compiler and Lua are the same.

/// The limits of one case on one workload, per line of the script and beside its partner.
struct Gate {
    let name: String
    let workload: String
    /// Instructions, so many times the partner's.
    let instructions: Double
    /// Runs of our hook for a thousand lines.
    let hooks: Double
    // Allocations beyond the partner's and calls into Swift are none, for all of them.

    init(_ name: String, _ workload: String, instructions: Double, hooks: Double) {
        self.name = name
        self.workload = workload
        self.instructions = instructions
        self.hooks = hooks
    }

    /// A limit is lowered when the engine has become faster; raising one wants a reason in the commit.
    static let all: [Gate] = [
        Gate("attached and idle", "W1", instructions: 1.03, hooks: 0),
        Gate("attached and idle", "W2", instructions: 1.03, hooks: 0),
        Gate("attached and idle", "W5", instructions: 1.08, hooks: 0),
        Gate("attached and idle", "W6", instructions: 1.06, hooks: 0),
        Gate("1 breakpoint elsewhere", "W1", instructions: 1.03, hooks: 0),
        Gate("1 breakpoint elsewhere", "W2", instructions: 1.11, hooks: 400.3),
        Gate("1 breakpoint elsewhere", "W6", instructions: 1.21, hooks: 555.6),
        Gate("10000 breakpoints elsewhere", "W1", instructions: 1.03, hooks: 0),
        Gate("10000 breakpoints elsewhere", "W2", instructions: 1.11, hooks: 400.3),
        Gate("breakpoint in a function never called", "W1", instructions: 1.03, hooks: 0),
        Gate("breakpoint in a function never called", "W2", instructions: 1.11, hooks: 400.3),
        Gate("line never reached, hot function", "W1", instructions: 1.22, hooks: 1000.3),
        Gate("line never reached, hot function", "W2", instructions: 1.15, hooks: 1000.3),
        Gate("line never reached, hot function", "W6", instructions: 0.97, hooks: 707.7),
        Gate("condition never true", "W1", instructions: 1.58, hooks: 1000.3),
        Gate("condition never true", "W2", instructions: 1.35, hooks: 1000.3),
        Gate("watch never true, values unchanged", "W1", instructions: 2.08, hooks: 1000.3),
        Gate("watch never true, values unchanged", "W2", instructions: 1.65, hooks: 1000.3),
        Gate("watch never true, values changing", "W1", instructions: 1.48, hooks: 1000.3),
        Gate("watch never true, values changing", "W2", instructions: 1.10, hooks: 1000.3),
        Gate("line trace into the ring", "W1", instructions: 1.57, hooks: 1000.3),
        Gate("line trace into the ring", "W2", instructions: 2.08, hooks: 1000.3),
        Gate("variable trace", "W1", instructions: 26.15, hooks: 1000.3),
        Gate("exact profile", "W1", instructions: 1.71, hooks: 1000.3),
        Gate("exact profile", "W2", instructions: 2.19, hooks: 1800.2),
        Gate("sampling profile", "W1", instructions: 1.05, hooks: 2),
        Gate("sampling profile", "W2", instructions: 1.10, hooks: 3.1),
        Gate("sampling profile", "W6", instructions: 1.07, hooks: 3.7),
        Gate("flight recorder", "W2", instructions: 9.65, hooks: 1800.2),
        Gate("step over all the work", "W1", instructions: 1.04, hooks: 0),
        Gate("step over all the work", "W2", instructions: 1.30, hooks: 800.2),
        Gate("step over all the work", "W6", instructions: 1.16, hooks: 1094.4),
    ]
}

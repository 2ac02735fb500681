// What is wanted of a script, whichever run of it is under way: kept over restarts, changed from any thread.

/// The lists that a session keeps while its runs come and go.
struct Wishes: Sendable {
    let kicker: Kicker
    let breakpoints: BreakpointList
    let watches: WatchList
    let tracing: Tracing
    let skipping: SkipList
    let journal: Journal

    /// Steps, breakpoints and traces see nothing of the hidden chunks, which are the host's.
    init(hiding hidden: [String] = []) {
        kicker = Kicker()
        breakpoints = BreakpointList(kicker: kicker)
        watches = WatchList(kicker: kicker, breakpoints: breakpoints)
        tracing = Tracing(kicker: kicker)
        skipping = SkipList(kicker: kicker, hidden: hidden)
        journal = Journal(breakpoints)
    }

    /// What a restart with flush forgets besides breakpoints.
    func flush() {
        watches.removeAll()
        tracing.stop()
    }
}

/// What there is to say of a function that was met.
struct FunctionJudgement {
    let isTraced: Bool
    let isSkipped: Bool
}

// The words of the hook layer for steps and reasons.

internal import CLuaShim

extension LuaContext {
    /// What the end of a step is reported as.
    enum StepReason { case step, entry }

    /// Chooses how the script goes on once the hook returns, or how the host's next call begins.
    func choose(_ step: Step, reason: StepReason) {
        let how =
            switch step {
            case .none: LDBG_CONTINUE
            case .into: LDBG_INTO
            case .over: LDBG_OVER
            case .out: LDBG_OUT
            case .until: LDBG_UNTIL
            case .finish: LDBG_FINISH
            case .end: LDBG_END
            }
        let why = reason == .entry ? LDBG_REASON_ENTRY : LDBG_REASON_STEP
        resume(Int32(how), reason: UInt32(why))
    }

    /// What was asked for while stopped and needs no answer now.
    func withdrawStale() { withdraw(UInt32(LDBG_ATTEND_SYNC | LDBG_ATTEND_INTERRUPT)) }
    func withdrawTime() { withdraw(UInt32(LDBG_ATTEND_TIME)) }
    func withdrawAll() { withdraw(.max) }

    func call(_ state: OpaquePointer, arguments: Int, results: Int) -> Int32 {
        unsafe ldbg_call(raw, state, Int32(clamping: arguments), Int32(clamping: results))
    }
}

extension RawStop {
    enum Reason { case error, script, pause, time, step, entry }

    func isFor(_ reason: Reason) -> Bool {
        let bit =
            switch reason {
            case .error: LDBG_REASON_ERROR
            case .script: LDBG_REASON_SCRIPT
            case .pause: LDBG_REASON_PAUSE
            case .time: LDBG_REASON_TIME
            case .step: LDBG_REASON_STEP
            case .entry: LDBG_REASON_ENTRY
            }
        return reasons & UInt32(bit) != 0
    }
}

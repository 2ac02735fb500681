// A host's own ways to stop: at the next line of what runs, and at an error before its frames are gone.

extension Debugger {
    /// Stops before the first line of what the host calls next.
    ///
    /// On the script's thread; from another one it is ``DebuggerControl/pause()``. In a session,
    /// ``HostSettings/whenNobodyIsAttached`` says what happens when nobody is there. Throws `.detached`.
    public func breakpoint() throws(DebugError) {
        _ = try usable()
        control.pause()
    }

    /// Stops at each error that nothing in the script catches, its frames still alive; `caught` also at those that are caught.
    ///
    /// The host must make its calls by ``call(_:arguments:results:)`` in place of `lua_pcall`. Throws `.detached`.
    @discardableResult
    public func stopAtErrors(caught: Bool = false) throws(DebugError) -> Breakpoint {
        _ = try usable()
        return try breakpoints.add(.error(any: caught))
    }
}

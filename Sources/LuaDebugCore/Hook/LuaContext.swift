// The one owner of a hook context: attaches, hands callbacks to Swift, and detaches.
//
// Allowed calls. Swift calls only Lua functions that cannot raise: type and raw queries, lua_getstack, lua_getinfo without
// "L", lua_getlocal, lua_getupvalue, lua_next, stack moves. Whatever may raise goes through `ldbg_` functions, which run it
// protected. So no longjmp crosses a Swift frame.

internal import CLuaShim

/// What the hook asks of the debugger, always on the thread that runs the script.
protocol HookDelegate: AnyObject {
    /// The script waits until this returns; before that a resume has been chosen.
    func hookStopped(_ stop: RawStop)
    func hookSynchronize()
    func hookMeets(_ function: RawFunction)
    func hookJudges(_ function: UInt32) -> FunctionJudgement
    func hookTraced(_ mode: String)
    func hookPrinted(_ bytes: [UInt8])
    func hookClosed()
}

/// A stop as the hook layer tells it.
struct RawStop {
    let thread: LuaThread
    let base: Int
    let reasons: UInt32
    let line: Int
    let hits: [(breakpoint: UInt32, reason: StopReason)]
    let errorIndex: Int32
    let errorIsCaught: Bool
    /// How the expression of a `debugbreak` failed.
    let message: String?
}

/// One coroutine of a state, as an identity: only this folder looks behind it.
@safe struct LuaThread: Equatable {
    let pointer: OpaquePointer

    static func == (a: LuaThread, b: LuaThread) -> Bool { unsafe a.pointer == b.pointer }
}

/// Attached to one Lua state from `init` to `detach()`, or to the close of the state.
@safe final class LuaContext {
    let raw: OpaquePointer
    unowned let delegate: any HookDelegate
    private(set) var isAttached = true
    /// In a session: false once somebody has let the script go on that still answers here.
    var stopStands: (() -> Bool)?
    /// Handles of the values that are kept until the script resumes, by identity.
    var kept: [UInt: Int32] = [:]

    /// Throws `.alreadyAttached`, `.foreignLua`, `.outOfMemory`.
    init(attachingTo state: OpaquePointer, delegate: any HookDelegate) throws(DebugError) {
        self.delegate = delegate
        var result: OpaquePointer?
        // The box breaks the knot: the callbacks need a pointer before self is complete.
        let box = HostBox()
        var callbacks = unsafe ldbg_callbacks()
        unsafe callbacks.host = Unmanaged.passRetained(box).toOpaque()
        unsafe callbacks.stopped = hookStopped
        unsafe callbacks.synchronize = hookSynchronize
        unsafe callbacks.meet = hookMeets
        unsafe callbacks.judge = hookJudges
        unsafe callbacks.traced = hookTraced
        unsafe callbacks.output = hookPrinted
        unsafe callbacks.closed = hookClosed
        let status = unsafe ldbg_attach(state, callbacks, &result)
        guard Int(status) == LDBG_OK, let raw = unsafe result else {
            unsafe Unmanaged<HostBox>.fromOpaque(callbacks.host).release()
            switch Int(status) {
            case LDBG_ALREADY_ATTACHED:
                throw DebugError(.alreadyAttached, "A debugger is attached to this Lua state already; detach it first.")
            case LDBG_FOREIGN_LUA:
                throw DebugError(
                    .foreignLua,
                    "This Lua state was made by another copy or version of Lua than the one this library is linked to.")
            default: throw DebugError(.outOfMemory, "There is no memory to attach to this Lua state.")
            }
        }
        unsafe self.raw = raw
        self.box = box
        box.context = self
    }

    private let box: HostBox

    var isClosed: Bool { unsafe ldbg_is_closed(raw) }
    var isUsable: Bool { isAttached && !isClosed }
    var main: LuaThread { unsafe LuaThread(pointer: ldbg_main(raw)) }

    /// Everything as it was before attach.
    func detach() {
        guard isAttached else { return }
        isAttached = false
        unsafe ldbg_detach(raw)
    }

    deinit {
        detach()
        unsafe ldbg_free(raw)
        unsafe Unmanaged.passUnretained(box).release()
    }

    func resume(_ how: Int32, reason: UInt32) { unsafe ldbg_resume(raw, how, reason) }
    func arm() { unsafe ldbg_arm(raw) }
    func ended() { unsafe ldbg_ended(raw) }
    var isEnding: Bool { unsafe ldbg_is_ending(raw) }
    func withdraw(_ what: UInt32) { unsafe ldbg_withdraw(raw, what) }
}

/// What the C side holds: it outlives no context and points back to it.
private final class HostBox {
    weak var context: LuaContext?
}

// Named functions, not closure literals at the C call: a literal would check which actor it is on at every event, and crash
// off the main thread.

private func context(_ host: UnsafeMutableRawPointer?) -> LuaContext? {
    guard let host = unsafe host else { return nil }
    return unsafe Unmanaged<HostBox>.fromOpaque(host).takeUnretainedValue().context
}

private func hookStopped(_ host: UnsafeMutableRawPointer?, _ stop: UnsafePointer<ldbg_stop>?) {
    guard let context = unsafe context(host), let stop = unsafe stop?.pointee else { return }
    var hits: [(breakpoint: UInt32, reason: StopReason)] = []
    for i in 0..<Int(unsafe stop.hit_count) {
        var length = 0
        let details = unsafe ldbg_hit_details(context.raw, Int32(i), &length)
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: details, count: length))
        let number = unsafe stop.hits[i].breakpoint
        unsafe hits.append((number, reason(Int(stop.hits[i].kind), Breakpoint.ID(number), bytes)))
    }
    hits.sort { $0.breakpoint < $1.breakpoint }
    guard let thread = unsafe stop.thread else { return }
    let raw = unsafe RawStop(
        thread: LuaThread(pointer: thread), base: Int(stop.base), reasons: stop.reasons, line: Int(stop.line),
        hits: hits, errorIndex: stop.error_index, errorIsCaught: stop.error_caught,
        message: stop.message.map { start in
            unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: stop.message_length), as: UTF8.self)
        })
    context.delegate.hookStopped(raw)
}

/// What the hook layer says of a hit, in a stop's words.
private func reason(_ kind: Int, _ id: Breakpoint.ID, _ details: [UInt8]) -> StopReason {
    var reader = ValueReader(details[...])
    switch kind {
    case LDBG_HIT_FAILED:
        return .breakpoint(
            id, conditionError: details.isEmpty ? "not enough memory" : String(decoding: details, as: UTF8.self))
    case LDBG_HIT_TRUE: return .watch(id, value: (try? reader.value()) ?? .nil)
    case LDBG_HIT_CHANGED:
        let value = (try? reader.value()) ?? .nil
        return .watch(id, value: value, old: (try? reader.value()) ?? .nil)
    default: return .breakpoint(id)
    }
}

private func hookSynchronize(_ host: UnsafeMutableRawPointer?, _ state: OpaquePointer?) {
    unsafe context(host)?.delegate.hookSynchronize()
}

private func hookMeets(
    _ host: UnsafeMutableRawPointer?, _ state: OpaquePointer?, _ activation: UnsafeMutablePointer<lua_Debug>?
) {
    guard let context = unsafe context(host), let state = unsafe state, let activation = unsafe activation else {
        return
    }
    guard let function = unsafe RawFunction(context: context, state: state, activation: activation) else { return }
    context.delegate.hookMeets(function)
}

private func hookJudges(_ host: UnsafeMutableRawPointer?, _ function: UInt32) -> UInt32 {
    unsafe context(host)?.delegate.hookJudges(function).raw ?? UInt32(LDBG_FUNCTION_TRACED)
}

private func hookTraced(_ host: UnsafeMutableRawPointer?, _ mode: UnsafePointer<CChar>?) {
    guard let mode = unsafe mode else { return }
    unsafe context(host)?.delegate.hookTraced(String(cString: mode))
}

private func hookPrinted(_ host: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int) {
    let copy = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    unsafe context(host)?.delegate.hookPrinted(copy)
}

private func hookClosed(_ host: UnsafeMutableRawPointer?) {
    unsafe context(host)?.delegate.hookClosed()
}

// A host whose scripts can say that they have come to a place, without a stop.

import LuaDebugCore

extension HostEnvironment {
    /// An environment with a function `begin`, and a stream that ends when that is called.
    static func withBegin() -> (begun: AsyncStream<Void>, environment: HostEnvironment) {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        var environment = HostEnvironment()
        environment.addFunction("begin") { (_) throws(HostError) in
            begin.finish()
            return []
        }
        return (begun, environment)
    }
}

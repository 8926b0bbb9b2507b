import CallModel
import EventLoops
import MediaServers

extension RTPEngine.Settings {
    /// Short, so that what fails does so soon; long enough for a busy machine.
    static func forTests(
        at address: SocketAddress, spool: String?, timeout: Duration = .seconds(1), tries: Int = 3
    ) -> RTPEngine.Settings {
        var settings = RTPEngine.Settings(address: address)
        settings.spool = spool
        settings.timeout = timeout
        settings.tries = tries
        settings.ping = .milliseconds(100)
        settings.mediaProof = .milliseconds(500)
        return settings
    }
}

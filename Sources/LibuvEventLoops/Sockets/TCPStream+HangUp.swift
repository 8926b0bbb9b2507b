import CLibuv

// A stream that is not read learns nothing from libuv: neither that its peer has ended nor that it has reset. So the
// kernel is asked, once a second for as long as one pause goes on.
extension TCPStream {
    /// The shortest pause in which the peer is looked for, and the time between two looks.
    private static let hangUpInterval = Duration.seconds(1)

    /// Looks later, unless a look is due already.
    func lookForHangUp() {
        guard hangUpLook == nil else { return }
        let pause = pauses
        hangUpLook = loop.after(TCPStream.hangUpInterval) { [weak self] in self?.look(since: pause) }
    }

    private func look(since pause: UInt64) {
        hangUpLook = nil
        guard state == .open, isPaused else { return }
        // A pause that is over and has begun again is no long one.
        guard pause == pauses else { return lookForHangUp() }
        var descriptor: Int32 = -1
        guard unsafe uv_fileno(handle, &descriptor) == 0 else { return abort() }
        switch Int(clibuv_peer(descriptor)) {
        case CLIBUV_PEER_HAS_ENDED: peerEnded()
        case CLIBUV_PEER_IS_LOST: abort()
        default: lookForHangUp()
        }
    }
}

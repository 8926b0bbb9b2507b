import CallControl
import RTPAudio

/// What a datagram is as RTP. (A macro of Testing takes no `Span`.)
func rtpPacket(of datagram: [UInt8]) -> RTPPacket? {
    RTPPacket(datagram.span)
}

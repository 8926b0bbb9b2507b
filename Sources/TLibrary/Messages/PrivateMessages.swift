/// The numbers (PrivateMsgID) of the recording service's four requests: GSIP_RECORD_START, GSIP_RECORD_STOP,
/// GSIP_RECORD_PAUSE and GSIP_RECORD_RESUME. No two may be the same.
public struct PrivateMessages: Sendable, Equatable {
    public var start: Int32 = 4013
    public var stop: Int32 = 4014
    public var pause: Int32 = 4015
    public var resume: Int32 = 4016

    public init() {}
}

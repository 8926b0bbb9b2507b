public import TLibrary

/// What a consultation call is for, and of which call (T-Library's TransferConnID and ConferenceConnID).
public struct Consultation: Sendable, Equatable {
    public enum Purpose: Sendable, Equatable {
        case transfer, conference
    }

    /// The main call, whose party consults.
    public let main: ConnectionID
    public let purpose: Purpose

    public init(of main: ConnectionID, for purpose: Purpose) {
        self.main = main
        self.purpose = purpose
    }
}

/// What a call is known by.
public struct CallIDs: Sendable, Equatable {
    public let connection: ConnectionID
    public let uuid: String

    public init(connection: ConnectionID, uuid: String) {
        self.connection = connection
        self.uuid = uuid
    }
}

/// What of a call never changes: made when it arises, shared by everything that speaks of it.
public final class CallIdentity: Sendable, Equatable {
    public let connection: ConnectionID
    /// 32 characters of 0-9 and A-V; survives moves between servers, which the ConnID does not.
    public let uuid: String
    public let callType: CallType
    /// The calling number; empty: not known.
    public let ani: String
    /// The dialled number; empty: not known.
    public let dnis: String
    private let ofConsultation: OutOfLine<Consultation>

    /// `nil`: it is no consultation call.
    public var consultation: Consultation? { ofConsultation.wrappedValue }

    public init(
        connection: ConnectionID, uuid: String, callType: CallType, ani: String, dnis: String,
        consultation: Consultation? = nil
    ) {
        self.connection = connection
        self.uuid = uuid
        self.callType = callType
        self.ani = ani
        self.dnis = dnis
        ofConsultation = OutOfLine(wrappedValue: consultation)
    }

    public static func == (left: CallIdentity, right: CallIdentity) -> Bool {
        left.connection == right.connection && left.uuid == right.uuid && left.callType == right.callType
            && left.ani == right.ani && left.dnis == right.dnis && left.consultation == right.consultation
    }

    /// A CallUUID from 128 random bits: 26 characters of base 32, and six zeros before them.
    public static func makeUUID(_ high: UInt64, _ low: UInt64) -> String {
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUV".utf8)
        var bits = (high, low)
        var text = [UInt8](repeating: UInt8(ascii: "0"), count: 32)
        for place in stride(from: 31, through: 6, by: -1) {
            text[place] = digits[Int(bits.1 & 31)]
            bits.1 = bits.1 >> 5 | bits.0 << 59
            bits.0 >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }
}

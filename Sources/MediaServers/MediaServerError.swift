/// Why a driver cannot be made from what its configuration says.
public struct MediaServerError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Code: Sendable, Equatable {
        private enum Kind: Sendable, Equatable {
            case directory, settings
        }

        private let kind: Kind

        /// The directory for recordings cannot be made, or no file can be made in it.
        public static let directory = Code(kind: .directory)

        /// A setting is out of its bounds.
        public static let settings = Code(kind: .settings)
    }

    public var code: Code
    /// One sentence for the operator.
    public var description: String

    public init(code: Code, description: String) {
        self.code = code
        self.description = description
    }
}

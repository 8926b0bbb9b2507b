/// Why an engine cannot be made. The description names the option, and says what would be right.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private let name: String

        /// A configuration that is not sound as a whole.
        public static let unsoundConfiguration = Code(name: "unsound configuration")
        /// No shard was given, or more than the engine can name.
        public static let shards = Code(name: "shards")
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

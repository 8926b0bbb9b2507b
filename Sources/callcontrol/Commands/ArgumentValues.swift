public import ArgumentParser
public import Logging
public import TLibrary
public import TLibraryClient

// The domain's values as the command line writes them. Public only because their types are.

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension ConnectionID: ExpressibleByArgument {
    /// As events show it: up to 16 hex digits, and not 0.
    public init?(argument: String) {
        self.init(hex: argument)
        if self == .none { return nil }
    }
}

extension DirectoryNumber: ExpressibleByArgument {
    public init?(argument: String) {
        guard (1...Self.maximumLength).contains(argument.utf8.count) else { return nil }
        self.init(argument)
    }
}

extension RecordingSide: ExpressibleByArgument {}

extension AgentWorkMode: ExpressibleByArgument {
    /// In the order of their numbers, from 1 on.
    static let words = [
        "manual-in", "auto-in", "after-call-work", "aux-work", "no-call-disconnect", "walk-away", "return-back",
    ]

    public init?(argument: String) {
        let number = Self.words.firstIndex(of: argument).map { Int32($0 + 1) } ?? Int32(argument)
        guard let number, (0...Int32(Self.words.count)).contains(number) else { return nil }
        self.init(rawValue: number)
    }

    public var defaultValueDescription: String { word }

    /// As the command line writes it; a number where T-Library has no name for it.
    var word: String {
        Self.words.indices.contains(Int(rawValue) - 1) ? Self.words[Int(rawValue) - 1] : "\(rawValue)"
    }
}

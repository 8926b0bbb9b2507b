import CallModel
import EventLoops

/// A kind of value: how its text is read, what an error expects, and how the reference describes it.
struct ConfigurationType<Value: Sendable>: Sendable {
    /// Such as `number`.
    var name: String
    /// Such as `seconds`; empty where there is none.
    var unit = ""
    /// Such as `0 to 86400`; empty where every value of the kind is valid.
    var bounds: String
    /// What an error says after "expected".
    var expected: String
    /// Whether its values are never shown.
    var isSecret = false
    var parse: @Sendable (ConfigurationScalar) throws(InvalidValue) -> Value
    /// The value as a configuration writes it.
    var text: @Sendable (Value) -> String
}

/// A text is no value of its option.
struct InvalidValue: Error {
    /// What is expected, where it is not the type's own word.
    var expected: String?
}

extension ConfigurationType {
    /// The same values in another form.
    func map<Other: Sendable>(
        _ make: @escaping @Sendable (Value) throws(InvalidValue) -> Other,
        back: @escaping @Sendable (Other) -> Value
    ) -> ConfigurationType<Other> {
        ConfigurationType<Other>(
            name: name, unit: unit, bounds: bounds, expected: expected, isSecret: isSecret,
            parse: { [parse] scalar throws(InvalidValue) in try make(try parse(scalar)) },
            text: { [text] value in text(back(value)) })
    }

    /// A value that may not be set; that is shown as an empty text.
    var optional: ConfigurationType<Value?> {
        ConfigurationType<Value?>(
            name: name, unit: unit, bounds: bounds, expected: expected, isSecret: isSecret,
            parse: { [parse] scalar throws(InvalidValue) in try parse(scalar) },
            text: { [text] value in value.map(text) ?? "" })
    }
}

// MARK: - Numbers and times

extension ConfigurationType where Value == Int {
    static func number(_ bounds: ClosedRange<Int>, of unit: String = "") -> Self {
        let range = "\(bounds.lowerBound) to \(shown(bounds.upperBound))"
        let plain = "\(bounds.lowerBound) to \(bounds.upperBound)"
        return Self(
            name: "number", unit: unit, bounds: range,
            expected: "a whole number\(unit.isEmpty ? "" : " of \(unit)") from \(plain), without quotes",
            parse: { scalar throws(InvalidValue) in
                guard scalar.isQuoted != true, let number = Self.number(scalar.text), bounds.contains(number) else {
                    throw InvalidValue()
                }
                return number
            },
            text: { "\($0)" })
    }

    static func bytes(_ bounds: ClosedRange<Int>) -> Self { number(bounds, of: "bytes") }

    static func seconds(_ bounds: ClosedRange<Int>) -> Self { number(bounds, of: "seconds") }

    /// Large powers of two are not written out.
    private static func shown(_ bound: Int) -> String {
        bound == 1 << 40 ? "2^40" : "\(bound)"
    }

    private static func number(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            return nil
        }
        return Int(text)
    }
}

extension ConfigurationType where Value == Int32 {
    static func number(_ bounds: ClosedRange<Int32>) -> Self {
        ConfigurationType<Int>.number(Int(bounds.lowerBound)...Int(bounds.upperBound))
            .map({ value throws(InvalidValue) in Int32(value) }, back: { Int($0) })
    }
}

extension ConfigurationType where Value == Duration {
    static func seconds(_ bounds: ClosedRange<Int>) -> Self {
        ConfigurationType<Int>.seconds(bounds)
            .map({ value throws(InvalidValue) in .seconds(value) }, back: { Int($0.components.seconds) })
    }

    static func milliseconds(_ bounds: ClosedRange<Int>) -> Self {
        ConfigurationType<Int>.number(bounds, of: "milliseconds")
            .map({ value throws(InvalidValue) in .milliseconds(value) }, back: { Int($0 / .milliseconds(1)) })
    }
}

// MARK: - Words

extension ConfigurationType where Value == Bool {
    static var flag: Self {
        Self(
            name: "flag", bounds: "`true`, `false`", expected: "true or false, without quotes",
            parse: { scalar throws(InvalidValue) in
                switch scalar.isQuoted == true ? "" : scalar.text {
                case "true", "True", "TRUE": return true
                case "false", "False", "FALSE": return false
                default: throw InvalidValue()
                }
            },
            text: { $0 ? "true" : "false" })
    }
}

extension ConfigurationType where Value: RawRepresentable<String> & CaseIterable {
    static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(
            name: "choice", bounds: words.map { "`\($0)`" }.joined(separator: ", "), expected: list(words),
            parse: { scalar throws(InvalidValue) in
                guard let choice = Value(rawValue: scalar.text) else { throw InvalidValue() }
                return choice
            },
            text: { $0.rawValue })
    }

    /// `a`, `a or b`, `a, b or c`.
    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

// MARK: - Text

extension ConfigurationType where Value == String {
    /// Text of a length in bytes.
    static func text(_ bounds: ClosedRange<Int>) -> Self { text(bounds, name: "text") }

    /// Text of a length in bytes that is never shown.
    static func secret(_ bounds: ClosedRange<Int>) -> Self {
        var type = text(bounds, name: "text")
        type.isSecret = true
        return type
    }

    /// The path of a file or directory, of a length in bytes.
    static func path(_ bounds: ClosedRange<Int>) -> Self { text(bounds, name: "path") }

    private static func text(_ bounds: ClosedRange<Int>, name: String) -> Self {
        let range = "\(bounds.lowerBound) to \(bounds.upperBound) bytes"
        return Self(
            name: name, bounds: range, expected: "text of \(range)",
            parse: { scalar throws(InvalidValue) in
                guard bounds.contains(scalar.text.utf8.count) else { throw InvalidValue() }
                guard !scalar.text.utf8.contains(0) else { throw InvalidValue(expected: "text without zero bytes") }
                return scalar.text
            },
            text: { $0 })
    }
}

extension ConfigurationType where Value == FileNamePattern {
    static func fileName(_ bounds: ClosedRange<Int>) -> Self {
        let expected = "letters, digits, dots, underscores, hyphens and $VARIABLES$"
        var type = ConfigurationType<String>.text(bounds).map(
            { text throws(InvalidValue) in
                guard let pattern = FileNamePattern(text) else { throw InvalidValue(expected: expected) }
                return pattern
            }, back: { $0.text })
        type.bounds += " of `[A-Za-z0-9._$-]`"
        return type
    }
}

// MARK: - Addresses

extension ConfigurationType where Value == SocketAddress {
    static var address: Self {
        Self(
            name: "address", bounds: "an IP address, or `localhost`, and a port",
            expected: "an IP address and a port, such as 127.0.0.1:8000 or [::1]:8000",
            parse: { scalar throws(InvalidValue) in
                guard let address = HostAndPort.numeric(scalar.text) else { throw InvalidValue() }
                return address
            },
            text: { $0.port == 0 ? "" : $0.description })
    }

    /// Where another server listens: port 0 is no such place.
    static var remoteAddress: Self {
        address.map(
            { address throws(InvalidValue) in
                guard address.port != 0 else {
                    throw InvalidValue(expected: "the port where the server listens, not 0")
                }
                return address
            }, back: { $0 })
    }
}

extension ConfigurationType where Value == SocketAddress? {
    /// An address, or a port alone, which is one of 127.0.0.1; an empty text: none.
    static var endpoint: Self {
        Self(
            name: "address", bounds: "a port, an IP address and a port, or empty",
            expected: "a port, or an IP address and a port, such as 127.0.0.1:9090, or empty",
            parse: { scalar throws(InvalidValue) in
                if scalar.text.isEmpty { return nil }
                guard let address = HostAndPort.endpoint(scalar.text) else { throw InvalidValue() }
                return address
            },
            text: { $0?.description ?? "" })
    }
}

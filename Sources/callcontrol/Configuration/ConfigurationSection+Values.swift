import CallModel
import EventLoops

/// The kinds of values. Each keeps what `value` holds where the option is not given, and reports what is unsound.
extension ConfigurationSection {
    func read(_ key: String, number bounds: ClosedRange<Int>, of unit: String = "", into value: inout Int) {
        guard let scalar = scalar(key) else { return }
        guard scalar.isQuoted != true, let number = Self.number(scalar.text), bounds.contains(number) else {
            let unit = unit.isEmpty ? "" : " \(unit)"
            let range = "from \(bounds.lowerBound) to \(bounds.upperBound)"
            return report(key, "\(quoted(scalar)) is unsound; must be a whole number\(unit) \(range), without quotes")
        }
        value = number
    }

    func read(_ key: String, bytes bounds: ClosedRange<Int>, into value: inout Int) {
        read(key, number: bounds, of: "of bytes", into: &value)
    }

    func read(_ key: String, seconds bounds: ClosedRange<Int>, into value: inout Duration) {
        var seconds = Int(value.components.seconds)
        read(key, number: bounds, of: "of seconds", into: &seconds)
        value = .seconds(seconds)
    }

    func read(_ key: String, milliseconds bounds: ClosedRange<Int>, into value: inout Duration) {
        var milliseconds = Int(value / .milliseconds(1))
        read(key, number: bounds, of: "of milliseconds", into: &milliseconds)
        value = .milliseconds(milliseconds)
    }

    func read(_ key: String, flag value: inout Bool) {
        var given: Bool? = value
        read(key, flag: &given)
        value = given ?? value
    }

    func read(_ key: String, flag value: inout Bool?) {
        guard let scalar = scalar(key) else { return }
        switch scalar.isQuoted == true ? "" : scalar.text {
        case "true", "True", "TRUE": value = true
        case "false", "False", "FALSE": value = false
        default: report(key, "\(quoted(scalar)) is unsound; must be true or false, without quotes")
        }
    }

    func read<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, choice value: inout Choice) {
        guard let scalar = scalar(key) else { return }
        if let choice = Choice(rawValue: scalar.text) {
            value = choice
        } else {
            let words = Choice.allCases.map(\.rawValue)
            report(key, "\(quoted(scalar)) is unsound; must be \(Self.list(words))")
        }
    }

    /// Text of a length in bytes. A `secret` is never shown.
    func read(_ key: String, text bounds: ClosedRange<Int>, secret: Bool = false, into value: inout String) {
        guard let scalar = scalar(key) else { return }
        guard bounds.contains(scalar.text.utf8.count) else {
            let found = secret ? "its value" : quoted(scalar)
            return report(
                key, "\(found) is unsound; must be text of \(bounds.lowerBound) to \(bounds.upperBound) bytes")
        }
        guard !scalar.text.contains("\0") else {
            return report(key, "holds a zero byte, which no text of ours may")
        }
        value = scalar.text
    }

    func read(_ key: String, address value: inout SocketAddress) {
        guard let scalar = scalar(key) else { return }
        if let address = HostAndPort.numeric(scalar.text) {
            value = address
        } else {
            report(
                key,
                "\(quoted(scalar)) is unsound; must be an IP address and a port, such as 127.0.0.1:8000 or [::1]:8000")
        }
    }

    /// An address, or a port alone, which is one of this machine's own address; empty: none.
    func read(_ key: String, endpoint value: inout SocketAddress?) {
        guard let scalar = scalar(key) else { return }
        if scalar.text.isEmpty {
            value = nil
        } else if let address = HostAndPort.endpoint(scalar.text) {
            value = address
        } else {
            report(
                key,
                "\(quoted(scalar)) is unsound; must be a port, or an IP address and a port, such as 127.0.0.1:9090, or empty"
            )
        }
    }

    private func quoted(_ scalar: Scalar) -> String { "\"\(scalar.text.shown)\"" }

    private static func number(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            return nil
        }
        return Int(text)
    }

    /// `a`, `a or b`, `a, b or c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

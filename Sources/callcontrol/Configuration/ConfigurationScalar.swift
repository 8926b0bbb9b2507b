/// One value, as it was written.
struct ConfigurationScalar {
    var text: String
    /// Whether it stands in quotes; `nil` from the environment, which does not tell.
    var isQuoted: Bool?

    /// Whether nothing is written where a value belongs.
    var isAbsent: Bool {
        guard isQuoted == false, text.utf8.count <= 4 else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

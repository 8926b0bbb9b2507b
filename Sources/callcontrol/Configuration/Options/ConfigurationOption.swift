/// One key of the configuration: its path, its type with unit and bounds, where its value goes, and its help.
///
/// The parser, `check`, `callcontrol options` and the article Configuration read nothing else about it. The default is
/// the value that a new `Target` has there.
final class ConfigurationOption<Target>: Sendable {
    /// Its path, such as `limits.frame`; of a list's entry its key, such as `dn`.
    let path: String
    /// What stores the value, by which checks name the option.
    let value: any PartialKeyPath<Target> & Sendable
    /// The only kind of switch or media server that has the option; `nil`: every one.
    let kind: String?
    /// Whether the entry of a list must give it.
    let isMandatory: Bool
    /// What the server needs at the path that is the value; `nil`: the value is no path, or only read.
    let requires: RequiredPath.Use?
    let isSecret: Bool
    /// What an error says after "expected".
    let expected: String
    /// Reads a text into the target.
    let read: @Sendable (ConfigurationScalar, inout Target) throws(InvalidValue) -> Void
    /// The target's value, as a configuration writes it.
    let text: @Sendable (Target) -> String
    private let reference: OptionReference

    /// - Parameters:
    ///   - standard: the default in words, where the value itself does not say it.
    ///   - bounds: a condition beside the type's bounds.
    ///   - reload: what SIGHUP does.
    ///   - help: effect, and what its edges mean, in Markdown.
    init<Value: Sendable>(
        _ path: String, _ type: ConfigurationType<Value>, _ value: any WritableKeyPath<Target, Value> & Sendable,
        kind: String? = nil, isMandatory: Bool = false, default standard: String? = nil, bounds: String = "",
        requires: RequiredPath.Use? = nil, reload: OptionReference.Reload = .restart, _ help: String
    ) {
        self.path = path
        self.value = value
        self.kind = kind
        self.isMandatory = isMandatory
        self.requires = requires
        isSecret = type.isSecret
        expected = type.expected
        read = { [parse = type.parse] scalar, target throws(InvalidValue) in
            target[keyPath: value] = try parse(scalar)
        }
        text = { [text = type.text] target in text(target[keyPath: value]) }
        reference = OptionReference(
            path: path, kind: kind ?? "", type: type.name, unit: type.unit,
            standard: isMandatory ? "must be given" : standard ?? "", isStandardInWords: isMandatory || standard != nil,
            bounds: type.bounds + bounds, reload: reload, help: help)
    }

    /// The option as its reference shows it.
    ///
    /// - Parameter defaults: a target with nothing given.
    func reference(_ defaults: Target) -> OptionReference {
        var reference = reference
        if !reference.isStandardInWords { reference.standard = text(defaults) }
        return reference
    }
}

/// What the reference says of an option, in the article Configuration and in `callcontrol options`.
struct OptionReference: Sendable, Equatable {
    /// What a running server does about it.
    enum Reload: String, Sendable {
        /// It is read at start.
        case restart
        /// SIGHUP opens the file anew, under the name that was read at start.
        case reopened
    }

    var path: String
    /// Empty: every kind of switch or media server has it.
    var kind: String
    var type: String
    var unit: String
    /// Empty: the empty text.
    var standard: String
    /// Whether the default is described, where the value itself does not say it.
    var isStandardInWords = false
    var bounds: String
    var reload: Reload
    var help: String
    /// Whether it can be given in the environment.
    var hasVariable = false
}

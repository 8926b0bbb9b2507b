/// What the server does with a command in place of what it should.
enum Misbehaviour: Sendable {
    /// Nothing, and says nothing: the datagram got lost.
    case silence
    /// Carries it out, and the answer gets lost.
    case loseAnswer
    /// Carries it out, and says so when nobody may wait any more.
    case answerAfter(Duration)
    /// Hangs for so long: then it is carried out, and answered.
    case hang(Duration)
    case answerTwice
    /// The answer comes after a second one, of a cookie that nobody has sent.
    case strangeCookie
    case cutShort
    case notBencode
    case refuse(String)
    /// Says ok and does nothing.
    case lie
}

/// A command as a script sees it.
struct ScriptedCommand: Sendable {
    var name: String
    var callID: String
    /// How many of this name there were for this call-id before, repeats left out.
    var before: Int
    /// The cookie came before.
    var isRepeat: Bool
}

/// What a consultation call takes of its main call's user data (T-Library's option `consult-user-data`).
public enum ConsultUserData: String, Sendable, CaseIterable {
    /// Nothing.
    case separate
    /// A copy, as it is when the consultation call begins.
    case inherited
    /// Both calls have one user data: what changes in one, changes in the other.
    case joint
}

/// Whose user data a call has once another has become part of it (T-Library's option `merged-user-data`).
public enum MergedUserData: String, Sendable, CaseIterable {
    case mainOnly = "main-only"
    case consultOnly = "consult-only"
    /// Both: where both have a key, the consultation call's counts.
    case mergedOverMain = "merged-over-main"
    /// Both: where both have a key, the main call's counts.
    case mergedOverConsult = "merged-over-consult"
}

/// What stands under a document's final name at the partner's.
public enum FinalState: Sendable, Hashable {
    case absent
    /// The same length, and the same digest where it could be read back.
    case same
    /// Anything else.
    case other
}

/// What to do about a document whose sending began but is not known to have ended.
public enum SettleAction: String, Sendable, Hashable {
    /// It is there: note it, and take away a part that may still lie about.
    case delivered
    /// A part lies there: delete it, then send the same bytes again.
    case deletePartAndResend
    /// Nothing is there: send the same bytes under the same name and key again.
    case resend
    /// Nothing is there, and the channel wants a person to say whether the partner has it already.
    case ask
    /// Something else has the name: never overwritten, `DELIVER.CONFLICT`.
    case conflict

    /// Decides from a look at the partner's side. Pure.
    ///
    /// - Parameter asksWhenAbsent: the channel's policy where neither name is there: the partner may have
    ///   taken the document, or it never arrived.
    public static func decide(
        final: FinalState, hasPart: Bool, asksWhenAbsent: Bool = false
    ) -> SettleAction {
        switch (final, hasPart) {
        case (.same, _): .delivered
        case (.other, _): .conflict
        case (.absent, true): .deletePartAndResend
        case (.absent, false): asksWhenAbsent ? .ask : .resend
        }
    }
}

public import Diagnostics

/// The findings and holds of this module.
public enum RulesCodes {
    public static let all: [CodeEntry] = []
}

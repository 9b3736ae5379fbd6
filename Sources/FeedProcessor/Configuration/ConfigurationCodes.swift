public import Diagnostics

/// The findings about configuration.
public enum ConfigurationCodes {
    /// Every code of this part, for `docs/codes.md`.
    public static let all: [CodeEntry] = files + keys + secrets + references

    private static let files: [CodeEntry] = [
        CodeEntry(
            "CONFIG.NOT_FOUND", meaning: "A configuration file is not there or cannot be read.",
            cause: "A wrong path after --config, in CROSSDOCK_CONFIG, or under rules or include.",
            remedy: "Name the file that is meant, or create it.", move: .ours),
        CodeEntry(
            "CONFIG.EMPTY", meaning: "A file declares nothing.",
            cause: "An empty file, or one of comments only.",
            remedy: "Write the declarations into it, or name another file.", move: .ours),
        CodeEntry(
            "CONFIG.YAML", meaning: "A file is not YAML, or not the part of YAML that is used here.",
            cause: "A tab as indentation, a missing quote, a key that stands twice, a second document.",
            remedy: "Correct the line.", move: .ours),
        CodeEntry(
            "CONFIG.TAG", meaning: "A value has a YAML tag.",
            cause: "A file written for a program that makes objects of YAML.",
            remedy: "Remove the tag; put text that begins with '!' in quotes.", move: .ours),
        CodeEntry(
            "CONFIG.LIMIT.ALIASES", meaning: "A file has YAML anchors, aliases or merge keys.",
            cause: "A shared value, or unquoted text that begins with '*' or '&'.",
            remedy: "Write the value out, or put the text in quotes.", move: .ours),
        CodeEntry(
            "CONFIG.LIMIT.DEPTH", meaning: "A file nests deeper than any declaration does.",
            cause: "A file that was made by a program, or damaged.", remedy: "Look at the line.", move: .ours),
        CodeEntry(
            "CONFIG.LIMIT.SIZE",
            meaning: "A file, or what an include finds, is larger than any configuration is.",
            cause: "A path that leads to something else.", remedy: "Name the file that is meant.", move: .ours
        ),
    ]

    private static let keys: [CodeEntry] = [
        CodeEntry(
            "CONFIG.KEY.UNKNOWN", meaning: "A key is not one that this section has.",
            cause: "A slip of the keyboard.",
            remedy: "Write the key that is meant, or remove the line.", move: .ours),
        CodeEntry(
            "CONFIG.KEY.MISSING", meaning: "A section lacks a key that it needs.",
            cause: "A part that was not filled in.",
            remedy: "Add the key.", move: .ours),
        CodeEntry(
            "CONFIG.KEY.NOT_YET", meaning: "A key, or a value of it, is read and not obeyed yet.",
            cause:
                "The configuration asks for something that this version does not do; the message says what it does.",
            remedy: "Remove the line, or do not rely on it.", move: .ours),
        CodeEntry(
            "CONFIG.TYPE", meaning: "A value is of another kind than its key needs.",
            cause: "A number without its unit, a list where one value belongs.",
            remedy: "Write it like the example.", move: .ours),
        CodeEntry(
            "CONFIG.VALUE", meaning: "A value is outside of what its key allows.",
            cause: "A slip of the keyboard.",
            remedy: "Write one of the values that are allowed.", move: .ours),
        CodeEntry(
            "CONFIG.CONFLICT", meaning: "Keys of one section exclude each other, or need each other.",
            cause: "Two ways to say one thing.", remedy: "Keep one of them.", move: .ours),
        CodeEntry(
            "CONFIG.CRON", meaning: "A schedule is not a cron expression of five fields.",
            cause: "A sixth field, a step without a range, a name that is none.",
            remedy: "Write minute, hour, day, month and weekday.", move: .ours),
        CodeEntry(
            "CONFIG.TIMEZONE", meaning: "A time zone is not one of this machine.",
            cause: "A slip of the keyboard, or the package tzdata is not installed.",
            remedy: "Write an IANA name, like America/New_York.", move: .ours),
        CodeEntry(
            "CONFIG.URL.SCHEME", meaning: "An address has a scheme that is not used, or is not encrypted.",
            cause: "A file, gopher, dict or plain http address.",
            remedy: "Write an https address, or add insecure with the reason.", move: .ours),
        CodeEntry(
            "CONFIG.HOSTKEY.MISSING", meaning: "An SFTP connection does not say which server it trusts.",
            cause: "The fingerprint was not asked for.",
            remedy: "Ask the partner for the fingerprint of the server's key, and write it under host_keys.",
            move: .ours),
    ]

    private static let secrets: [CodeEntry] = [
        CodeEntry(
            "CONFIG.SECRET.LITERAL", meaning: "A secret stands in a file in clear.",
            cause: "A password written where its place belongs.",
            remedy:
                "Move it to an environment variable or a file of mode 0600, and change it if the file was shared.",
            move: .ours),
        CodeEntry(
            "CONFIG.SECRET.MISSING", meaning: "The file of a secret is not there or cannot be read.",
            cause: "A path that is wrong on this machine, or another owner.",
            remedy: "Create the file with mode 0600, for the user of the run.", move: .ours),
        CodeEntry(
            "CONFIG.SECRET.PERMISSIONS", meaning: "The file of a secret can be read by others.",
            cause: "A file made without a thought of its mode.", remedy: "chmod 600 the file.", move: .ours),
        CodeEntry(
            "CONFIG.ENV.MISSING", meaning: "An environment variable that holds a secret is not set.",
            cause: "A run outside of its service, or a new connection.", remedy: "Export the variable.",
            move: .ours),
    ]

    private static let references: [CodeEntry] = [
        CodeEntry(
            "CONFIG.REFERENCE", meaning: "A name leads to nothing that is declared.",
            cause: "A slip of the keyboard, or a part that was removed.",
            remedy: "Write the name that is meant, or declare it.", move: .ours),
        CodeEntry(
            "CONFIG.ID.DUPLICATE", meaning: "An id stands twice, in one file or in two.",
            cause: "A section that was copied.",
            remedy: "Rename one of the two.", move: .ours),
        CodeEntry(
            "CONFIG.PICKUP.OVERLAP", meaning: "Two channels would take the same files.",
            cause: "Patterns that can match one name.",
            remedy: "Let one share the other's pickup with shared_with, or write other patterns.", move: .ours
        ),
        CodeEntry(
            "CONFIG.RESPONSE.CHANNEL",
            meaning: "A document answers, or is answered by, one that no channel carries.",
            cause: "A channel that is missing, or a slip in the document's name.", remedy: "Add the channel.",
            move: .ours),
        CodeEntry(
            "CONFIG.ACK.NO_PATH",
            meaning: "An acknowledgment is expected, and nothing is fetched from the partner.",
            cause: "A partner with outbound channels only.",
            remedy: "Add an inbound channel, or set functional to none.", move: .ours),
        CodeEntry(
            "CONFIG.USAGE.TEST",
            meaning: "A test installation or channel uses a connection that is not marked for tests.",
            cause: "A production connection in a copied configuration.",
            remedy: "Name a test connection, or mark it with test: true.", move: .ours),
        CodeEntry(
            "CONFIG.RULE.CYCLE", meaning: "Rules or policies lead to each other in a circle.",
            cause: "after or extends that was set on both sides.", remedy: "Remove one of them.", move: .ours),
        CodeEntry(
            "CONFIG.RULE.UNREACHABLE", meaning: "A routing rule is never asked.",
            cause: "Rules above it take all of its countries.",
            remedy: "Move it up, or remove it.", move: .ours),
        CodeEntry(
            "CONFIG.LIBRARY.MISSING", meaning: "A guide, map, code table or layout is not there.",
            cause: "A slip in its name, or a file in another folder.",
            remedy: "Add the file, or write the name that is meant.",
            move: .ours),
        CodeEntry(
            "CONFIG.LIBRARY.AMBIGUOUS",
            meaning: "Two files of one folder have the name by which one is meant.",
            cause: "The same document in two versions.", remedy: "Name it with its folder.", move: .ours),
    ]
}

#if canImport(Glibc)
    import Glibc
#endif

/// The numbered places at which a test can make the process die or fail: `reliability/fault-plan.md` section
/// 2, those whose stage exists.
public enum FaultPoint: String, Sendable, CaseIterable {
    case afterConfigLoad = "F01"
    case afterLock = "F02"
    case storeMigrationStep = "F03"
    case afterList = "F04"
    case fetchFirstBytes = "F05"
    case fetchLastByte = "F06"
    case stageFileSynced = "F07"
    case stageRenamed = "F08"
    case beforeStageCommit = "F09"
    case afterStageCommit = "F10"
    case afterClaim = "F11"
    case parseInterchange = "F12"
    case parseSet = "F13"
    case mapDocument = "F14"
    case decideOrder = "F15"
    case allocateLine = "F16"
    case drawControlNumber = "F17"
    case render = "F18"
    case outboxInserted = "F19"
    case beforeApplyCommit = "F20"
    case afterApplyCommit = "F21"
    case beforeOutboxSelect = "F22"
    case afterSendingCommit = "F23"
    case uploadOpened = "F24"
    case uploadMiddle = "F25"
    case uploadClosed = "F26"
    case remoteRenamed = "F27"
    case afterDeliveredCommit = "F28"
    case settleDecision = "F29"
    case beforeRemoteCleanup = "F30"
    case afterRemoteCleanup = "F31"
    case acknowledgmentParsed = "F32"
    case acknowledgmentCommitted = "F33"
    case acknowledgmentRendered = "F34"
    case lockReleased = "F40"
}

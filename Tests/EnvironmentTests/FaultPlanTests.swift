import Environment
import Glibc
import TestSupport
import Testing

@Suite(.serialized) struct FaultPlanTests {
    @Test func rulesArePartedBySemicolons() throws {
        let plan = try FaultPlan("F12@3=kill; F20@*=eio:0.1;; F31=sleep:5000 ;")
        #expect(plan.rules.map(\.point) == [.parseInterchange, .beforeApplyCommit, .afterRemoteCleanup])
        #expect(try FaultPlan("").rules.isEmpty)
    }

    @Test(arguments: [
        ("F12@3=kill", FaultPlan.Rule(point: .parseInterchange, key: nil, occurrence: 3, action: .kill)),
        (
            "F20@*=eio:0.25",
            FaultPlan.Rule(
                point: .beforeApplyCommit, key: nil, occurrence: nil, action: .fail(.eio, probability: 0.25))
        ),
        (
            " F31 @ 1 = sleep:5000 ",
            FaultPlan.Rule(
                point: .afterRemoteCleanup, key: nil, occurrence: 1, action: .sleep(milliseconds: 5000))
        ),
        (
            "F13[a@b=c.edi]@*=trap",
            FaultPlan.Rule(point: .parseSet, key: "a@b=c.edi", occurrence: nil, action: .trap)
        ),
        ("F01=exit:9", FaultPlan.Rule(point: .afterConfigLoad, key: nil, occurrence: 1, action: .exit(9))),
        ("F02@2=hang", FaultPlan.Rule(point: .afterLock, key: nil, occurrence: 2, action: .hang)),
    ])
    func aRuleIsReadAsWritten(_ text: String, _ rule: FaultPlan.Rule) throws {
        #expect(try FaultPlan(text).rules == [rule])
    }

    @Test(arguments: [
        "F99@1=kill", "F12@0=kill", "F12@x=kill", "F12@1=explode", "F12@1", "kill", "F12@1=kill:2",
        "F12=eio:2",
        "F12=exit:x", "F12=sleep",
    ])
    func aPlanThatCannotBeReadIsRefused(_ text: String) {
        #expect(throws: FaultPlanError.self) { try FaultPlan(text) }
    }

    @Test func aRuleFiresAtItsOccurrenceForItsKeyOnly() throws {
        try FaultTurn.take {
            try FaultPlan("F18[plan-test]@2=throw; F19[plan-test]@*=enospc").arm()
            defer { FaultPlan.disarm() }
            #expect(FaultPlan.isActive)
            try fault(.render, "other")
            try fault(.render, "plan-test 1")
            #expect(throws: FaultError.self) { try fault(.render, "plan-test 2") }
            try fault(.render, "plan-test 3")
            for _ in 0..<2 {
                let error = #expect(throws: FileError.self) { try fault(.outboxInserted, "plan-test") }
                #expect(error?.isFull == true)
            }
            try fault(.outboxInserted)
        }
    }

    @Test func probabilitiesComeFromTheSeed() throws {
        try FaultTurn.take {
            try FaultPlan("F18[odds-test]@*=eio:0.25").arm()
            defer { FaultPlan.disarm() }
            let fired = (0..<1000).count { _ in (try? fault(.render, "odds-test")) == nil }
            #expect((180...320).contains(fired))
        }
    }

    @Test func nothingHappensUnarmedOrUnasked() throws {
        try FaultTurn.take {
            FaultPlan.disarm()
            #expect(!FaultPlan.isActive && !FaultPlan.isArmed)
            for point in FaultPoint.allCases { try fault(point, "unarmed-test") }
            // Without the variables nothing is armed and nothing was ignored.
            #expect(try !FaultPlan.armFromEnvironment())
            #expect(!FaultPlan.isActive)
        }
    }

    @Test func theEnvironmentCountsOnlyWhereTestingIsAllowed() throws {
        try FaultTurn.take {
            let folder = try TestFolder()
            defer {
                for name in ["CROSSDOCK_FAULT", "CROSSDOCK_FAULT_LOG", "CROSSDOCK_TESTING"] { unsetenv(name) }
                FaultPlan.disarm()
                folder.remove()
            }
            setenv("CROSSDOCK_FAULT", "F18[environment-test]@2=throw", 1)
            #expect(try FaultPlan.armFromEnvironment())
            #expect(!FaultPlan.isActive)
            setenv("CROSSDOCK_TESTING", "1", 1)
            setenv("CROSSDOCK_FAULT_LOG", folder.path + "/log", 1)
            #expect(try !FaultPlan.armFromEnvironment())
            #expect(FaultPlan.isActive)
            try fault(.render, "environment-test")
            #expect(throws: FaultError.self) { try fault(.render, "environment-test") }
            let log = String(decoding: folder.read("log") ?? [], as: UTF8.self)
            #expect(log.contains("F18 1 environment-test\n") && log.contains("F18 2 environment-test\n"))
            setenv("CROSSDOCK_FAULT", "nonsense", 1)
            #expect(throws: FaultPlanError.self) { try FaultPlan.armFromEnvironment() }
        }
    }
}

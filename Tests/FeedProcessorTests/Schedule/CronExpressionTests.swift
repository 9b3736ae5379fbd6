import Canonical
import Testing

@testable import FeedProcessor

@Suite struct CronExpressionTests {
    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *",
        "* * * 13 *",
        "* * * * 8", "*/0 * * * *", "/30 * * * *", "0/15 * * * *", "10/10 * * * *", "30-10 * * * *",
        "1, * * * *",
        ",1 * * * *", "- * * * *", "-1 * * * *", "5- * * * *", "*/ * * * *", "1k * * * *", "* * ? * *",
        "* * * FOO *",
        "* * * * MON#0", "* * * * MON#6", "* * * * #1", "L * * * *", "* L * * *", "* * LW * *", "* * * * 5L",
        "@reboot",
        "@daily * * * *", "@Daily", "1-2-3 * * * *", "*-5 * * * *", "*/5/5 * * * *", "٣ * * * *",
        "* * * JAN/2 *",
        "1 2 3 4", "99999999999999999999 * * * *", "*/99999999999999999999 * * * *", "* * * * FRI-MON",
        "+1 * * * *",
    ])
    func isRefused(_ text: String) {
        #expect(throws: CronProblem.self) { try CronExpression(text) }
    }

    @Test(arguments: [
        ("* * * * *", "0-59 0-23 * 1-12 *"), ("*/15 * * * *", "0,15,30,45 * * * *"),
        ("5-59/15 * * * *", "5,20,35,50 * * * *"),
        ("0 0 * JAN-mar SUN", "0 0 * 1-3 7"), ("0 0 * * 0", "0 0 * * SUN"), ("@hourly", "0 * * * *"),
        ("@daily", "@midnight"),
        ("  0\t0  1 1 * ", "@yearly"), ("0 0 * * 5-7", "0 0 * * 0,5,6"), ("0 0 * * fri#2", "0 0 * * 5#2"),
        ("1-10,5-12 * * * *", "1-12 * * * *"), ("*/100 * * * *", "0 * * * *"),
    ])
    func saysTheSame(_ left: String, _ right: String) throws {
        #expect(try CronExpression(left) == CronExpression(right))
    }

    @Test(arguments: [
        // Both restricted: either is enough (OCPS 1.0, 6.1).
        ("0 12 1 * MON", "2026-06-01", true), ("0 12 1 * MON", "2026-06-08", true),
        ("0 12 1 * MON", "2026-06-09", false),
        ("0 12 1 * MON", "2026-07-01", true), ("0 12 1 * *", "2026-06-08", false),
        ("0 12 * * MON", "2026-07-01", false),
        ("0 0 L * *", "2026-02-28", true), ("0 0 L * *", "2028-02-28", false),
        ("0 0 L * *", "2028-02-29", true),
        ("0 0 * * FRI#2", "2026-06-12", true), ("0 0 * * FRI#2", "2026-06-05", false),
        ("0 0 * * 5#L", "2026-06-26", true),
        ("0 0 * * 5#L", "2026-06-19", false), ("0 0 * * 2#5", "2026-06-30", true),
        ("0 0 * 2 *", "2026-06-30", false),
    ])
    func namesDays(_ text: String, _ day: String, _ expected: Bool) throws {
        #expect(try CronExpression(text).matches(try #require(CalendarDate(iso: day))) == expected)
    }

    @Test func firstAndLastMinutesAgreeWithCounting() throws {
        for text in [
            "* * * * *", "*/7 3-5,23 * * *", "59 23 * * *", "0 0 * * *", "30 */5 * * *", "5,58 1,22 * * *",
        ] {
            let cron = try CronExpression(text)
            let all = (0..<1440).filter {
                cron.minutes >> ($0 % 60) & 1 != 0 && cron.hours >> ($0 / 60) & 1 != 0
            }
            for minute in -1...1440 {
                #expect(cron.firstMinute(from: minute) == all.first { $0 >= minute }, "\(text) \(minute)")
                #expect(cron.lastMinute(upTo: minute) == all.last { $0 <= minute }, "\(text) \(minute)")
            }
        }
    }
}

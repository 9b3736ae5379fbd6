/// What is wrong with a cron expression, in words.
struct CronProblem: Error, Hashable {
    let reason: String
}
struct CronExpression { init(_ text: String) throws(CronProblem) {} }

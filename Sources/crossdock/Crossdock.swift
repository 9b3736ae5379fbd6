@main
struct Crossdock {
    static func main() {}
}

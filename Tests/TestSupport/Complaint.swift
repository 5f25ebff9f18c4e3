/// What a person reads of an error that `body` throws; `nothing` where it throws none.
package func complaint(_ body: () throws -> some Any) -> String {
  do {
    _ = try body()
    return "nothing"
  } catch { return "\(error)" }
}

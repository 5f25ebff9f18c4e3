/// A parsed JSON value in which the value at a path such as `panels.0.knobs.b` is another.
package func changed(_ any: Any, with value: Any, at path: ArraySlice<String>) -> Any {
  guard let first = path.first else { return value }
  if var list = any as? [Any], let place = Int(first) {
    list[place] = changed(list[place], with: value, at: path.dropFirst())
    return list
  }
  var fields = any as? [String: Any] ?? [:]
  fields[first] = changed(fields[first] ?? [String: Any](), with: value, at: path.dropFirst())
  return fields
}

internal import EngineAPI

/// The fields of an Elasticsearch connection, and what is wrong with their values.
enum ConnectionForm {
  /// The fields that there are for the choices made so far.
  static func fields(_ form: FormModel) -> [FormField] {
    var fields = [
      FormField("name", "Name").with {
        $0.isRequired = true
        $0.placeholder = "for example Production"
        $0.help = "What the list of connections calls it."
      },
      FormField(
        "place", "Address as", .choice([.init("url", "URL"), .init("cloud", "Cloud ID")])),
    ]
    fields.append(form.text("place") == "cloud" ? cloudField : urlField)
    fields.append(FormField("who", "Who asks", .choice(whoOptions)))
    fields += credentialFields(form.text("who"))
    fields.append(FormField("trust", "Trust", .choice(trustOptions)))
    fields += trustFields(form.text("trust"))
    return fields
  }

  private static let urlField = FormField("url", "URL").with {
    $0.isRequired = true
    $0.depth = 1
    $0.placeholder = "https://host:9200"
    $0.help = "Scheme, host and port; a path if a proxy asks for one. No user, no password."
  }

  private static let cloudField = FormField("cloud", "Cloud ID").with {
    $0.isRequired = true
    $0.depth = 1
    $0.placeholder = "name:ZXUtd2VzdC0x…"
    $0.help = "As Elastic Cloud shows it on the page of the deployment."
  }

  private static let whoOptions = [
    FormField.Option("apiKey", "API key", detail: "best: it can be limited and taken back"),
    FormField.Option("basic", "User and password"),
    FormField.Option("bearer", "Bearer token"),
    FormField.Option("nobody", "Nobody", detail: "where security is off"),
  ]

  private static let trustOptions = [
    FormField.Option("system", "Authorities of this system", detail: "as browsers do"),
    FormField.Option("file", "CA file", detail: "a PEM file of authorities"),
    FormField.Option("authority", "CA fingerprint", detail: "ca_trusted_fingerprint"),
    FormField.Option("certificate", "Certificate pin", detail: "this certificate, no other"),
    FormField.Option("everything", "Nothing is verified", detail: "for a short test at most"),
  ]

  private static func credentialFields(_ who: String) -> [FormField] {
    func secret(_ key: String, _ label: String, _ help: String) -> FormField {
      FormField(key, label).with {
        $0.isRequired = true
        $0.isSecret = true
        $0.depth = 1
        $0.help = help
      }
    }
    switch who {
    case "apiKey":
      return [secret("apiKey", "API key", "Base64 of id:secret, as Kibana calls “encoded”.")]
    case "basic":
      let user = FormField("user", "User").with {
        $0.isRequired = true
        $0.depth = 1
        $0.placeholder = "elastic"
      }
      return [user, secret("password", "Password", "Kept in a file that only you can read.")]
    case "bearer": return [secret("token", "Token", "Of a service account or of OAuth.")]
    default: return []
    }
  }

  private static func trustFields(_ trust: String) -> [FormField] {
    func field(_ label: String, _ placeholder: String, _ help: String) -> FormField {
      FormField(trust + "Value", label).with {
        $0.isRequired = true
        $0.depth = 1
        $0.placeholder = placeholder
        $0.help = help
      }
    }
    switch trust {
    case "file":
      return [field("File", "/etc/elasticsearch/http_ca.crt", "The whole path of a PEM file.")]
    case "authority":
      return [
        field(
          "SHA-256", "64 hexadecimal digits",
          "Of the authority. Elasticsearch prints it when it sets security up.")
      ]
    case "certificate":
      return [
        field("SHA-256", "64 hexadecimal digits", "Of the server’s own certificate.")
      ]
    default: return []
    }
  }

  // MARK: - Checks

  /// What is wrong with what is typed.
  static func problems(_ form: FormModel) -> [FormProblem] {
    var problems: [FormProblem] = []
    func require(_ key: String, _ message: String) {
      guard form.field(key) != nil, form.text(key).allSatisfy(\.isWhitespace) else { return }
      problems.append(FormProblem(key, message))
    }
    require("name", "The connection needs a name. Type one, such as Production.")
    if form.field("url") != nil, let problem = urlProblem(form.text("url")) {
      problems.append(FormProblem("url", problem))
    }
    if form.field("cloud") != nil, !form.text("cloud").contains(":") {
      problems.append(FormProblem("cloud", "A Cloud ID looks like name:letters. Copy it whole."))
    }
    require("apiKey", "The API key is missing. Paste the one that Kibana calls “encoded”.")
    require("user", "The name of the user is missing. Type it.")
    require("password", "The password is missing. Type it.")
    require("token", "The token is missing. Paste it.")
    require("fileValue", "The path of the file is missing. Type it.")
    for key in ["authorityValue", "certificateValue"] where form.field(key) != nil {
      guard digits(form.text(key)) == nil else { continue }
      problems.append(
        FormProblem(key, "A SHA-256 fingerprint has 64 hexadecimal digits. Type them all."))
    }
    return problems
  }

  private static func urlProblem(_ text: String) -> String? {
    let url = trimmed(text)
    let lower = url.lowercased()
    guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else {
      return "That is no URL. Write it like https://host:9200."
    }
    let authority = url.dropFirst(lower.hasPrefix("https") ? 8 : 7).prefix { $0 != "/" }
    if authority.contains("@") {
      return "User and password have fields of their own. Leave them out of the URL."
    }
    if authority.isEmpty || authority.hasPrefix(":") {
      return "The URL names no host. Write it like https://host:9200."
    }
    if url.contains(where: \.isWhitespace) { return "The URL holds a blank. Take it out." }
    return nil
  }

  /// What works, but deserves a second look.
  static func warnings(_ form: FormModel) -> [FormProblem] {
    var warnings: [FormProblem] = []
    if form.text("trust") == "everything" {
      warnings.append(
        FormProblem(
          "trust",
          "Anybody on the way can pass for the server, read and change everything and learn the "
            + "secret. Every page carries a red mark."))
    }
    if form.field("url") != nil, trimmed(form.text("url")).lowercased().hasPrefix("http://") {
      warnings.append(
        FormProblem("url", "Plain HTTP: others on the way can read it all, the secret too."))
    }
    return warnings
  }

  // MARK: - Values

  /// Puts a connection into the form.
  static func fill(_ form: inout FormModel, _ saved: SavedConnection?) {
    for (key, options) in [("place", ["url"]), ("who", ["apiKey"]), ("trust", ["system"])] {
      form.set(key, options[0], as: .choice([]))
    }
    if let saved {
      form.set("name", saved.name)
      fill(&form, saved.connection)
    }
    form.setFields(fields(form))
  }

  private static func fill(_ form: inout FormModel, _ connection: ElasticsearchConnection) {
    func choose(_ key: String, _ value: String) { form.set(key, value, as: .choice([])) }
    switch connection.address {
    case .url(let url): form.set("url", url)
    case .cloudID(let id):
      choose("place", "cloud")
      form.set("cloud", id)
    }
    switch connection.credentials {
    case .apiKey(let key): form.set("apiKey", key)
    case .basic(let user, let password):
      choose("who", "basic")
      form.set("user", user)
      form.set("password", password)
    case .bearer(let token):
      choose("who", "bearer")
      form.set("token", token)
    case nil: choose("who", "nobody")
    }
    switch connection.trust {
    case .systemAuthorities: break
    case .authorities(let file):
      choose("trust", "file")
      form.set("fileValue", file)
    case .authority(let fingerprint):
      choose("trust", "authority")
      form.set("authorityValue", fingerprint)
    case .certificate(let fingerprint):
      choose("trust", "certificate")
      form.set("certificateValue", fingerprint)
    case .everything: choose("trust", "everything")
    }
  }

  /// The connection that the values describe.
  static func connection(_ form: FormModel) -> ElasticsearchConnection {
    let address: ElasticsearchConnection.Address =
      form.text("place") == "cloud"
      ? .cloudID(trimmed(form.text("cloud"))) : .url(trimmed(form.text("url")))
    let credentials: ElasticsearchConnection.Credentials? =
      switch form.text("who") {
      case "apiKey": .apiKey(trimmed(form.text("apiKey")))
      case "basic":
        .basic(user: trimmed(form.text("user")), password: form.text("password"))
      case "bearer": .bearer(token: trimmed(form.text("token")))
      default: nil
      }
    let trust: ElasticsearchConnection.Trust =
      switch form.text("trust") {
      case "file": .authorities(file: trimmed(form.text("fileValue")))
      case "authority": .authority(fingerprint: digits(form.text("authorityValue")) ?? "")
      case "certificate": .certificate(fingerprint: digits(form.text("certificateValue")) ?? "")
      case "everything": .everything
      default: .systemAuthorities
      }
    return ElasticsearchConnection(address: address, credentials: credentials, trust: trust)
  }

  /// The 64 digits of a fingerprint, without colons; `nil` if it is none.
  private static func digits(_ text: String) -> String? {
    let digits = text.lowercased().filter { $0 != ":" && !$0.isWhitespace }
    let isWhole = digits.utf8.count == 64 && digits.allSatisfy(\.isHexDigit)
    return isWhole ? digits : nil
  }

  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}

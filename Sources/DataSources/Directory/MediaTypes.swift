/// The media types of files by their extension.
///
/// Source: the registry of IANA, and `/etc/mime.types` of Debian for what is not registered.
enum MediaTypes {
  static let byExtension: [String: String] = {
    var table: [String: String] = [:]
    for (mediaType, extensions) in list {
      for fileExtension in extensions.split(separator: " ") {
        table[String(fileExtension)] = mediaType
      }
    }
    return table
  }()

  private static let list: [(String, String)] = [
    ("text/plain", "txt text log conf cfg ini list asc me readme changes"),
    ("text/markdown", "md markdown mkd"), ("text/html", "html htm"), ("text/css", "css"),
    ("text/csv", "csv"), ("text/tab-separated-values", "tsv"), ("text/calendar", "ics"),
    ("text/vcard", "vcf"), ("text/javascript", "js mjs cjs"), ("text/x-rst", "rst"),
    ("text/org", "org"), ("text/x-tex", "tex ltx sty"), ("text/x-diff", "diff patch"),
    ("text/x-c", "c h"), ("text/x-c++", "cc cpp cxx hh hpp hxx"), ("text/x-java", "java"),
    ("text/x-python", "py pyi"), ("text/x-ruby", "rb"), ("text/x-perl", "pl pm"),
    ("text/x-sh", "sh bash zsh"), ("text/x-go", "go"), ("text/x-rust", "rs"),
    ("text/x-swift", "swift"), ("text/x-kotlin", "kt kts"), ("text/x-scala", "scala"),
    ("text/x-lua", "lua"), ("text/x-php", "php"), ("text/x-haskell", "hs"),
    ("text/x-csharp", "cs"), ("text/x-typescript", "ts tsx"), ("text/troff", "man roff"),
    ("application/json", "json map"), ("application/x-ndjson", "ndjson jsonl"),
    ("application/xml", "xml xsd xsl xslt"), ("application/xhtml+xml", "xhtml"),
    ("application/yaml", "yaml yml"), ("application/toml", "toml"), ("application/sql", "sql"),
    ("application/rtf", "rtf"), ("application/pdf", "pdf"), ("application/postscript", "ps eps"),
    ("application/epub+zip", "epub"), ("application/msword", "doc dot"),
    ("application/vnd.ms-excel", "xls xlt"), ("application/vnd.ms-powerpoint", "ppt pps"),
    ("application/vnd.ms-outlook", "msg"), ("application/vnd.visio", "vsd"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/zip", "zip"), ("application/gzip", "gz tgz"),
    ("application/x-bzip2", "bz2"), ("application/x-xz", "xz"), ("application/zstd", "zst"),
    ("application/x-7z-compressed", "7z"), ("application/vnd.rar", "rar"),
    ("application/x-tar", "tar"), ("application/java-archive", "jar"),
    ("application/vnd.debian.binary-package", "deb"), ("application/x-rpm", "rpm"),
    ("application/x-iso9660-image", "iso"), ("application/vnd.sqlite3", "sqlite sqlite3 db"),
    ("application/wasm", "wasm"), ("application/octet-stream", "bin exe dll so o a"),
    ("message/rfc822", "eml mht"), ("application/mbox", "mbox"),
    ("image/png", "png"), ("image/jpeg", "jpg jpeg jpe"), ("image/gif", "gif"),
    ("image/webp", "webp"), ("image/svg+xml", "svg"), ("image/tiff", "tif tiff"),
    ("image/bmp", "bmp"), ("image/vnd.microsoft.icon", "ico"), ("image/heic", "heic"),
    ("image/avif", "avif"), ("audio/mpeg", "mp3"), ("audio/mp4", "m4a"), ("audio/ogg", "ogg oga"),
    ("audio/flac", "flac"), ("audio/wav", "wav"), ("video/mp4", "mp4 m4v"),
    ("video/quicktime", "mov"), ("video/x-matroska", "mkv"), ("video/webm", "webm"),
    ("video/mpeg", "mpg mpeg"), ("video/x-msvideo", "avi"), ("font/ttf", "ttf"),
    ("font/otf", "otf"), ("font/woff", "woff"), ("font/woff2", "woff2"),
  ]
}

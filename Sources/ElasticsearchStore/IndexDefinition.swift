internal import ConnectorKit
internal import ConnectorProtocol

/// The body with which Kibana creates a connector's index, and this program's member in it.
///
/// Source: Kibana's "text analysis settings" of Enterprise Search; field by field in Elastic's
/// connector protocol.
struct IndexDefinition {
  let language: Language

  /// The code in the names of filters; without a language those of English.
  private var code: String { language == .universal ? "en" : language.rawValue }

  /// The whole body of `PUT /index`.
  func body(digestKey: DigestKey) -> JSONValue {
    [
      "settings": [
        "auto_expand_replicas": "0-3", "number_of_shards": 2, "analysis": analysis,
      ],
      "mappings": [
        "dynamic": "true", "_meta": Self.meta(digestKey: digestKey, language: language),
        "dynamic_templates": [["all_text_fields": Self.textTemplate]],
        "properties": Self.ownProperties,
      ],
    ]
  }

  /// What the mapping's `_meta` says of the index.
  static func meta(digestKey: DigestKey, language: Language) -> JSONValue {
    [
      "connector_console": [
        "digest_key": [
          .string(String(digestKey.low, radix: 16)), .string(String(digestKey.high, radix: 16)),
        ],
        "language": .string(language.rawValue),
      ]
    ]
  }

  static var ownProperties: JSONValue {
    [
      OwnMember.name: [
        "type": "object", "dynamic": "false",
        "properties": [
          "d": ["type": "long"],
          "f": ["type": "long", "index": false],
          "s": ["type": "keyword", "index": false],
        ],
      ]
    ]
  }

  private static var textTemplate: JSONValue {
    [
      "match_mapping_type": "string",
      "mapping": [
        "type": "text", "analyzer": "iq_text_base", "index_options": "freqs",
        "fields": [
          "stem": ["type": "text", "analyzer": "iq_text_stem"],
          "prefix": [
            "type": "text", "analyzer": "i_prefix", "search_analyzer": "q_prefix",
            "index_options": "docs",
          ],
          "delimiter": [
            "type": "text", "analyzer": "iq_text_delimiter", "index_options": "freqs",
          ],
          "joined": [
            "type": "text", "analyzer": "i_text_bigram", "search_analyzer": "q_text_bigram",
            "index_options": "freqs",
          ],
          "enum": ["type": "keyword", "ignore_above": 2048],
        ],
      ],
    ]
  }

  /// Analyzers and filters of the language.
  var analysis: JSONValue {
    let fold: [JSONValue] = ["cjk_width", "lowercase", "asciifolding"]
    let stop: JSONValue = .string("\(code)-stop-words-filter")
    let stem: JSONValue = .string("\(code)-stem-filter")
    let folded = fold + [stop, stem] + after
    let bigrams = fold + [stem]
    return [
      "analyzer": [
        "i_prefix": Self.analyzer("standard", fold + ["front_ngram"]),
        "q_prefix": Self.analyzer("standard", fold),
        "iq_text_base": Self.analyzer("standard", fold + [stop]),
        "iq_text_stem": Self.analyzer("standard", before + folded),
        "iq_text_delimiter": Self.analyzer("whitespace", before + ["delimiter"] + folded),
        "i_text_bigram": Self.analyzer("standard", bigrams + ["bigram_joiner", "bigram_max_size"]),
        "q_text_bigram": Self.analyzer(
          "standard", bigrams + ["bigram_joiner_unigrams", "bigram_max_size"]),
      ],
      "filter": filters,
    ]
  }

  private static func analyzer(_ tokenizer: JSONValue, _ filters: [JSONValue]) -> JSONValue {
    ["type": "custom", "tokenizer": tokenizer, "filter": .array(filters)]
  }

  private var filters: JSONValue {
    var object = JSONObject()
    object["front_ngram"] = ["type": "edge_ngram", "min_gram": 1, "max_gram": 12]
    object["delimiter"] = [
      "type": "word_delimiter_graph", "generate_word_parts": true, "generate_number_parts": true,
      "catenate_words": true, "catenate_numbers": true, "catenate_all": true,
      "split_on_case_change": true, "split_on_numerics": true, "stem_english_possessive": true,
      "preserve_original": false,
    ]
    object["bigram_joiner"] = Self.shingle(unigrams: false)
    object["bigram_joiner_unigrams"] = Self.shingle(unigrams: true)
    object["bigram_max_size"] = ["type": "length", "min": 0, "max": 16]
    object["\(code)-stem-filter"] = ["type": "stemmer", "name": .string(words.stemmer)]
    object["\(code)-stop-words-filter"] = ["type": "stop", "stopwords": .string(words.stop)]
    if !articles.isEmpty {
      let list = articles.split(separator: " ").map { JSONValue.string(String($0)) }
      object["\(code)-elision"] = [
        "type": "elision", "articles": .array(list), "articles_case": true,
      ]
    }
    return .object(object)
  }

  private static func shingle(unigrams: Bool) -> JSONValue {
    [
      "type": "shingle", "token_separator": "", "max_shingle_size": 2,
      "output_unigrams": .bool(unigrams),
    ]
  }

  private var before: [JSONValue] { articles.isEmpty ? [] : [.string("\(code)-elision")] }

  private var after: [JSONValue] {
    switch language {
    case .chinese, .japanese, .korean: ["cjk_bigram"]
    default: []
    }
  }

  private var articles: String {
    switch language {
    case .french: "l m t qu n s j d c jusqu quoiqu lorsqu puisqu"
    case .italian:
      "c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v d"
    default: ""
    }
  }

  private var words: (stemmer: String, stop: String) {
    switch language {
    case .universal, .english, .japanese, .korean, .chinese: ("light_english", "_english_")
    case .danish: ("danish", "_danish_")
    case .dutch: ("dutch", "_dutch_")
    case .french: ("light_french", "_french_")
    case .german: ("light_german", "_german_")
    case .italian: ("light_italian", "_italian_")
    case .portuguese: ("light_portuguese", "_portuguese_")
    case .brazilian: ("brazilian", "_brazilian_")
    case .russian: ("russian", "_russian_")
    case .spanish: ("light_spanish", "_spanish_")
    case .thai: ("light_english", "_thai_")
    }
  }
}

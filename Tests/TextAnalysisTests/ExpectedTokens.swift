import ConnectorProtocol
import Testing

/// What Lucene's filters make of a text: the words in order, `_` for a stop word's hole.
///
/// Made by Lucene 9.4's own tokenizer and filters in the order of `iq_text_stem`, with its Snowball
/// stemmers.
struct ExpectedTokens: Sendable, CustomTestStringConvertible {
  var language: Language
  var text: String
  var words: String

  var testDescription: String { "\(language.name): \(text)" }

  init(_ language: Language, _ text: String, _ words: String) {
    self.language = language
    self.text = text
    self.words = words
  }

  static let all: [ExpectedTokens] = [english, germanic, romance, russian, pairs].flatMap { $0 }

  private static let english: [ExpectedTokens] = [
    ExpectedTokens(
      .english, "The quick brown foxes were jumping over the lazy dogs",
      "_ quick brown fox were jump over _ lazi dog"),
    ExpectedTokens(
      .english, "Running runners run easily, happily and hopefully",
      "run runner run easili happili _ hope"),
    ExpectedTokens(
      .english, "John's dogs don't like O'Reilly's cats",
      "john dog don't like o'reilli cat"),
    ExpectedTokens(
      .english, "version 3.14.15, 1,000 users; foo.bar@example.com",
      "version 3.14.15 1,000 user foo.bar example.com"),
    ExpectedTokens(
      .english, "snake_case __init__ a:b C++ C# .NET",
      "snake_cas __init__ a:b c c net"),
    ExpectedTokens(
      .english, "Café naïve façade Ångström Łódź Straße œuvre",
      "cafe naiv facad angstrom lodz strass oeuvr"),
    ExpectedTokens(
      .english, "ﬁle ＦＵＬＬ ｗｉｄｔｈ",
      "file full width"),
    ExpectedTokens(
      .english, "emoji 👍🏽 and 🇩🇪 © 2024",
      "emoji 👍🏽 _ 🇩🇪 © 2024"),
    ExpectedTokens(
      .english, "日本語 text ひらがな",
      "日 本 語 text ひ ら が な"),
  ]

  private static let germanic: [ExpectedTokens] = [
    ExpectedTokens(
      .german, "Die Häuser und Bäume standen im großen Garten",
      "_ haus _ baum stand _ gross gart"),
    ExpectedTokens(
      .german, "Ich habe die Bücher für die Schülerinnen gekauft",
      "_ _ _ buch fur _ schulerinn gekauft"),
    ExpectedTokens(
      .german, "Über die Straße gehen Füße schneller als Autos",
      "uber _ strass geh fuss schnell _ autos"),
    ExpectedTokens(
      .german, "Datenbankverbindungen werden regelmäßig überprüft",
      "datenbankverbind _ regelmass uberpruft"),
    ExpectedTokens(
      .dutch, "De kinderen spelen in de grote tuinen",
      "_ kinder spel _ _ grot tuin"),
    ExpectedTokens(
      .dutch, "Het fietsen door Nederlandse steden",
      "_ fiets _ nederland sted"),
    ExpectedTokens(
      .danish, "Børnene legede i de store haver",
      "born leged _ _ stor hav"),
    ExpectedTokens(
      .danish, "Man kan ikke finde bøgerne på biblioteket",
      "_ kan _ find bog pa bibliotek"),
  ]

  private static let romance: [ExpectedTokens] = [
    ExpectedTokens(
      .french, "L'avion n'est pas arrivé à l’aéroport",
      "avion est _ arriv a aeroport"),
    ExpectedTokens(
      .french, "Les chevaux mangent aujourd'hui les meilleures pommes d'Amérique",
      "_ cheval mangent aujourd'hui _ meilleur pomm amer"),
    ExpectedTokens(
      .french, "Qu'est-ce que c'est ? Jusqu'alors, lorsqu'il pleuvait",
      "est _ _ est alor _ pleuv"),
    ExpectedTokens(
      .italian, "L'amico dell'uomo è nell’albergo",
      "amic uom _ alberg"),
    ExpectedTokens(
      .italian, "Le ragazze mangiavano gli spaghetti all'italiana",
      "_ ragazz mang _ spaghett italian"),
    ExpectedTokens(
      .italian, "C'era una volta un'isola",
      "_ _ volt isol"),
    ExpectedTokens(
      .spanish, "Los niños corrían rápidamente por las calles de España",
      "_ nin corri rapid _ _ call _ espan"),
    ExpectedTokens(
      .spanish, "Las canciones españolas son muy bonitas",
      "_ cancion espanol _ _ bonit"),
    ExpectedTokens(
      .portuguese, "As crianças não foram às escolas portuguesas",
      "_ crianc nao _ _ escol portugues"),
    ExpectedTokens(
      .portuguese, "Informações sobre conexões de rede",
      "informaco sobr conexo _ red"),
    ExpectedTokens(
      .brazilian, "As crianças não foram às escolas brasileiras",
      "_ crianc _ for _ escol brasileir"),
    ExpectedTokens(
      .brazilian, "Você precisa de uma conexão",
      "voc precis _ _ conexa"),
  ]

  private static let russian: [ExpectedTokens] = [
    ExpectedTokens(
      .russian, "Красивые книги лежали на больших столах",
      "красив книг лежа _ больш стол"),
    ExpectedTokens(
      .russian, "Ёлка и подчёркивание: ещё не всё",
      "елк _ подчеркиван ещ _ все"),
    ExpectedTokens(
      .russian, "Москва — столица Российской Федерации, 2024 год",
      "москв столиц российск федерац 2024 год"),
  ]

  private static let pairs: [ExpectedTokens] = [
    ExpectedTokens(
      .chinese, "我们在中文文档中搜索",
      "我们 们在 在中 中文 文文 文档 档中 中搜 搜索"),
    ExpectedTokens(
      .chinese, "使用 Elasticsearch 的连接器",
      "使用 elasticsearch 的连 连接 接器"),
    ExpectedTokens(
      .chinese, "中 a 文",
      "中 文"),
    ExpectedTokens(
      .chinese, "数据2024年",
      "数据 2024 年"),
    ExpectedTokens(
      .japanese, "東京都に住んでいます",
      "東京 京都 都に に住 住ん んで でい いま ます"),
    ExpectedTokens(
      .japanese, "ｶﾞｲﾄﾞ と ガイド",
      "ガイ イド と ガイ イド"),
    ExpectedTokens(
      .japanese, "コネクターは running です",
      "コネ ネク クタ ター ーは run です"),
    ExpectedTokens(
      .japanese, "サーバー",
      "サー ーバ バー"),
    ExpectedTokens(
      .korean, "한국어 문서를 검색합니다",
      "한국 국어 문서 서를 검색 색합 합니 니다"),
    ExpectedTokens(
      .korean, "서울 is the capital",
      "서울 _ _ capit"),
  ]
}

/// Lucene's `ASCIIFoldingFilter`: letters to the ASCII letters they look like.
///
/// Holds what can reach the filter inside a word: it comes after width folding and lower-casing,
/// and words contain no punctuation but a few apostrophes, full stops and connectors. Other scripts
/// have no entry and stay as they are.
enum ASCIIFolding {
  /// Characters by what they are folded to: up to four ASCII bytes, the first one lowest.
  static func table() -> [UInt32: UInt32] {
    var table: [UInt32: UInt32] = [:]
    for row in rows.split(separator: "\n") {
      guard let space = row.firstIndex(of: " ") else { continue }
      var target: UInt32 = 0
      for byte in row[..<space].utf8.reversed() { target = target << 8 | UInt32(byte) }
      for scalar in row[space...].unicodeScalars.dropFirst() { table[scalar.value] = target }
    }
    return table
  }

  /// A target and its characters on each line.
  private static let rows = """
    ' ‘’‛
    A ᴀ
    AE ᴁ
    B ʙᴃ
    C ʗᴄ
    D ᴅᴆ
    E ᴇⱻ
    F ꜰꟻ
    G ǥǧɢʛ
    H ʜ
    I ɪᵻꟾ
    J ᴊ
    K ᴋ
    L ʟᴌ
    M ᴍꟽꟿ
    N ɴᴎ
    O ᴏᴐ
    OE ɶ
    OU ᴕ
    P ᴘ
    R ʀʁᴙᴚ
    S ꜱꞅ
    T ᴛ
    U ᴜᵾ
    V ᴠ
    W ᴡ
    Y ʏ
    Z ᴢ
    a àáâãäåāăąǎǟǡǻȁȃȧɐəɚᶏᶕḁẚạảấầẩẫậắằẳẵặₐₔⓐⱥ
    aa ꜳ
    ae æǣǽᴂ
    ao ꜵ
    au ꜷ
    av ꜹꜻ
    ay ꜽ
    b ƀƃɓᵬᶀḃḅḇⓑ
    c çćĉċčƈȼɕḉↄⓒꜿ
    d ðďđƌȡɖɗᵭᶁᶑḋḍḏḑḓⓓꝺ
    db ȸ
    dz ǆǳʣʥ
    e èéêëēĕėęěǝȅȇȩɇɘɛɜɝɞʚᴈᶒᶓᶔḕḗḙḛḝẹẻẽếềểễệₑⓔⱸ
    f ƒᵮᶂḟẛⓕꝼ
    ff ﬀ
    ffi ﬃ
    ffl ﬄ
    fi ﬁ
    fl ﬂ
    g ĝğġģǵɠɡᵷᵹᶃḡⓖꝿ
    h ĥħȟɥɦʮʯḣḥḧḩḫẖⓗⱨⱶ
    hv ƕ
    i ìíîïĩīĭįıǐȉȋɨᴉᵢᵼᶖḭḯỉịⁱⓘ
    ij ĳ
    j ĵǰȷɉɟʄʝⓙⱼ
    k ķƙǩʞᶄḱḳḵⓚⱪꝁꝃꝅ
    l ĺļľŀłƚȴɫɬɭᶅḷḹḻḽⓛⱡꝇꝉꞁ
    lj ǉ
    ll ỻ
    ls ʪ
    lz ʫ
    m ɯɰɱᵯᶆḿṁṃⓜ
    n ñńņňŉŋƞǹȵɲɳᵰᶇṅṇṉṋⁿⓝ
    nj ǌ
    o òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱɔɵᴖᴗᶗṍṏṑṓọỏốồổỗộớờởỡợₒⓞⱺꝋꝍ
    oe œᴔ
    oo ꝏ
    ou ȣ
    p ƥᵱᵽᶈṕṗⓟꝑꝓꝕꟼ
    q ĸɋʠⓠꝗꝙ
    qp ȹ
    r ŕŗřȑȓɍɼɽɾɿᵣᵲᵳᶉṙṛṝṟⓡꝛꞃ
    s śŝşšſșȿʂᵴᶊṡṣṥṧṩẜẝⓢ
    ss ß
    st ﬆ
    t ţťŧƫƭțȶʇʈᵵṫṭṯṱẗⓣⱦ
    tc ʨ
    th þᵺꝧ
    ts ʦ
    tz ꜩ
    u ùúûüũūŭůűųưǔǖǘǚǜȕȗʉᵤᶙṳṵṷṹṻụủứừửữựⓤ
    ue ᵫ
    v ʋʌᵥᶌṽṿⓥⱱⱴꝟ
    vy ꝡ
    w ŵƿʍẁẃẅẇẉẘⓦⱳ
    x ᶍẋẍₓⓧ
    y ýÿŷƴȳɏʎẏẙỳỵỷỹỿⓨ
    z źżžƶȝȥɀʐʑᵶᶎẑẓẕⓩⱬꝣ
    """
}

/// The length codes of documents, read when they are needed.
///
/// A code of 0 tells that a document is gone. One byte a document: 1 MB for a million.
final class LengthCache {
  /// Chunks kept at most: 16 MB.
  private static let capacity = 4096

  private let connection: Connection
  private var generation: Int64 = -1
  private var chunks: [Int64: [UInt8]] = [:]
  private var lastChunk: Int64 = -1
  private var last: [UInt8] = []

  /// Makes an empty cache.
  init(_ connection: Connection) { self.connection = connection }

  /// Forgets what is not of this state of the index.
  func use(generation: Int64) {
    guard generation != self.generation else { return }
    self.generation = generation
    chunks = [:]
    lastChunk = -1
    last = []
  }

  /// The length code of a document.
  @inline(__always)
  func code(_ number: Int64) throws -> UInt8 {
    let chunk = number / IndexWriter.chunkSize
    if chunk != lastChunk { try load(chunk) }
    let index = Int(number - chunk * IndexWriter.chunkSize)
    return index < last.count ? last[index] : DocumentLength.gone
  }

  private func load(_ chunk: Int64) throws {
    lastChunk = chunk
    if let known = chunks[chunk] {
      last = known
      return
    }
    last = try connection.lengthCodes(chunk) ?? []
    if chunks.count >= Self.capacity { chunks = [:] }
    chunks[chunk] = last
  }
}

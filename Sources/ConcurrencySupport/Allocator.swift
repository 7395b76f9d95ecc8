internal import CAllocator

/// The C library's allocator, which Swift and the C libraries share.
package enum Allocator {
  /// Makes it keep less memory than it would by itself; call it before the first thread starts.
  ///
  /// glibc makes up to eight arenas a core, each with holes of its own, and after the first large
  /// buffer was freed it cuts even buffers of megabytes out of them. A sync of a million documents
  /// takes about 25 MB less with two arenas that leave all beyond 64 KiB to the kernel, and is
  /// no slower. Source: mallopt(3).
  package static func preferSmallFootprint() {
    mallopt(M_ARENA_MAX, 2)
    mallopt(M_MMAP_THRESHOLD, 64 << 10)
    mallopt(M_TRIM_THRESHOLD, 1 << 20)
  }

  /// Gives the memory back that is free inside of its arenas; worth it once a sync has ended.
  package static func releaseFreeMemory() { malloc_trim(0) }
}

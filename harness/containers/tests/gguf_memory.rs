//! A hostile file takes no more memory than its own bytes explain. Alone in its program: what is counted is the whole
//! program's memory.

use peak_alloc::PeakAlloc;
use quantmark_containers::gguf::GgufFile;
use quantmark_containers::gguf::hostile::{classes, truncations};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What a byte of a file may cost: the smallest value in the file, a u8 of a nested array, becomes a value of its own.
const A_BYTE: usize = 64;

#[test]
fn what_a_file_claims_is_not_set_aside() {
    let files = classes().into_iter().map(|class| (class.name, class.bytes));
    let cut = truncations().map(|bytes| (format!("cut to {}", bytes.len()), bytes));
    for (name, bytes) in files.chain(cut) {
        let most = 4096 + A_BYTE * bytes.len();
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        assert!(GgufFile::from_bytes("file.gguf", bytes).is_err(), "{name}");
        let taken = ALLOCATED.peak_usage().saturating_sub(before);
        assert!(taken < most, "{name}: {taken} bytes, at most {most} were expected");
    }
}

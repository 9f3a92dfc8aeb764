#![no_main]
//! The GGUF reader and writer on any bytes.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    quantmark_containers::gguf::exercise(bytes);
});

//! What it is called.

/// llama.cpp in records and on command lines.
pub const NAME: &str = "llama.cpp";

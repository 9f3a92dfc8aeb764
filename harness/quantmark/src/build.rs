//! What this program was built from, as its build script found it.

use quantmark_machine::Build;

/// Compiler, flags, commit.
pub const BUILD: Build = Build {
    compiler: env!("QUANTMARK_COMPILER"),
    flags: env!("QUANTMARK_FLAGS"),
    commit: option_env!("QUANTMARK_COMMIT"),
    dirty: match option_env!("QUANTMARK_DIRTY") {
        Some(dirty) => Some(matches!(dirty.as_bytes(), b"true")),
        None => None,
    },
};

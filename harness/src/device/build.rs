//! What the build script found.

/// Target triple.
pub(super) const TARGET: &str = env!("QUANTMARK_TARGET");

/// The compiler's name and version.
pub(super) const COMPILER: &str = env!("QUANTMARK_COMPILER");

/// Profile, optimisation level, further flags.
pub(super) const FLAGS: &str = env!("QUANTMARK_FLAGS");

/// Commit, where the sources were a git tree.
pub(super) const COMMIT: Option<&str> = option_env!("QUANTMARK_COMMIT");

/// `true` where the sources differed from the commit.
pub(super) const DIRTY: Option<&str> = option_env!("QUANTMARK_DIRTY");

//! What a program was built from.

/// What a program's build script found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// The compiler's name and version.
    pub compiler: &'static str,
    /// Profile, optimisation level, further flags.
    pub flags: &'static str,
    /// Commit, where the sources were a git tree.
    pub commit: Option<&'static str>,
    /// Whether the sources differed from the commit.
    pub dirty: Option<bool>,
}

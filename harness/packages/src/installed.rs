//! What fetching found to do.

/// What an installation found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// What is fetched was there.
    Already,
    /// It was fetched.
    Now,
}

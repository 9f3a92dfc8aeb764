//! What is said of an implementation of others.

use std::path::Path;

use quantmark_kernels::Backend;

use super::error::OpenError;
use crate::implementation::Implementation;

/// An implementation of others, in one or several variants.
pub trait Entry: Sync {
    /// Its name in records and on command lines.
    fn name(&self) -> &'static str;

    /// Its variants that use the instructions of a backend of ours, best first.
    fn variants(&self, backend: Backend) -> &'static [&'static str];

    /// The command that installs it.
    fn installs(&self) -> &'static str;

    /// Whether its libraries are where they are looked for.
    fn is_installed(&self, libraries: Option<&Path>) -> bool;

    /// Opens a variant in this very process.
    ///
    /// # Errors
    /// It is not installed, there is no such variant, or this machine cannot run it.
    fn open(&self, libraries: Option<&Path>, variant: &str) -> Result<Box<dyn Implementation>, OpenError>;

    /// Opens a variant to be timed beside our kernels: in this process where it can be, else in one of its own.
    ///
    /// # Errors
    /// As [`Entry::open`].
    fn beside(&self, libraries: Option<&Path>, variant: &str) -> Result<Box<dyn Implementation + Sync>, OpenError>;
}

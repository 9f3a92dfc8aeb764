//! Fetching packages by the clients of their registries, into the user's cache.

pub mod cache;
pub mod error;
mod installed;
pub mod npm;
pub mod pip;

pub use error::FetchError;
pub use installed::Installed;

//! Every implementation that there is: our own backends, and the entries of others, each of which has its own folder.

mod entry;
mod error;
mod ik_llama_cpp;
mod llama_cpp;
mod open;

pub use entry::Entry;
pub use error::OpenError;
pub use open::{Beside, beside, entry, named, open};

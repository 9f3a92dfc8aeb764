//! How a worker comes to an implementation.

use quantmark_implementations::Implementation;
use quantmark_implementations::protocol::Named;

/// Opens an implementation by name; why there is none is for people to read.
pub type Open<'a> = &'a dyn Fn(&Named) -> Result<Box<dyn Implementation>, String>;

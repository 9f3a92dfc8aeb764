//! Which implementation it was: what a record says.

pub use quantmark_record::schema::Implementation as Receipt;

//! Files that appear whole, and words of others that may be shown.

pub mod checksum;
pub mod names;
pub mod plain;
pub mod shown;
pub mod whole_file;

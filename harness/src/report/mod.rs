//! What people and other programs read, rendered from records and from nothing else.

pub mod comparison;
mod csv_tables;
pub(crate) mod digest;
mod formats;
mod json_schema;
mod junit;
pub mod markdown;
pub(crate) mod number;
mod plain;
mod plot;
mod ratio_tables;
pub mod site;
mod summary;

use std::io;
use std::path::{Path, PathBuf};

use crate::record::Record;
use crate::whole_file;

pub use csv_tables::{cases_csv, measurements_csv, models_csv, sizes_csv};
pub use digest::Digest;
pub use json_schema::{SchemaFile, schema_files};
pub use junit::junit_xml;
pub use ratio_tables::ratio_tables;
pub use summary::summary;

/// Writes every report of a record into a folder: the tables and the site. Each file appears whole.
///
/// # Errors
/// The path that could not be written, and what the system said.
pub fn write(record: &Record, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    write_tables(record, folder)?;
    site::write_one(record, folder)
}

/// Writes the tables of a record into a folder: `cases.csv`, `measurements.csv`, `sizes.csv`, `models.csv`,
/// `junit.xml`. Each file appears whole.
///
/// # Errors
/// The path that could not be written, and what the system said.
pub fn write_tables(record: &Record, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    let files: [(&str, Vec<u8>); 5] = [
        ("cases.csv", cases_csv(record)),
        ("measurements.csv", measurements_csv(record)),
        ("sizes.csv", sizes_csv(record)),
        ("models.csv", models_csv(record)),
        ("junit.xml", junit_xml(record).into_bytes()),
    ];
    files.into_iter().try_for_each(|(name, contents)| replace(folder.join(name), &contents))
}

/// A folder name out of a run's name, which may be anything: letters, digits, `-` and `_` stay.
pub fn folder_name(run: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = run.chars().take(100).map(safe).collect();
    if name.is_empty() { "run".to_owned() } else { name }
}

pub(crate) fn replace(path: PathBuf, contents: &[u8]) -> Result<(), (PathBuf, io::Error)> {
    whole_file::replace(&path, contents).map_err(|error| (path, error))
}
